# SPDX-License-Identifier: BSD-2-Clause
"""The bench as an SVG: no scripts, no fonts of its own, for light and dark pages."""
import math
from xml.sax.saxutils import escape

WIDTH = 800
LEFT = 210  # row names end here
RIGHT = 90  # room for the figures
BAR = 14
LEFT_OUT = ("forearm-kernel", "forearm-hyp", "forearm-acpi-el3")  # nearly as forearm
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .small { font-size: 11px; fill: #57606a; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .axis { stroke: #8c959f; stroke-width: 1; }
  .a { fill: #8c959f; } .b { fill: #c9d1d9; }
  .ours.a { fill: #1a7f37; } .ours.b { fill: #7fc994; }
  .ours { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .grid { stroke: #30363d; }
    .axis { stroke: #6e7681; }
    .a { fill: #8b949e; } .b { fill: #484f58; }
    .ours.a { fill: #3fb950; } .ours.b { fill: #1f6b33; }
  }
"""


def figure(n):
    if abs(n) >= 10_000_000:
        return "%.0f M" % (n / 1e6)
    if abs(n) >= 1_000_000:
        return "%.3g M" % (n / 1e6)
    if abs(n) >= 1000:
        return "%.0f k" % (n / 1e3)
    return "%d" % n


def text(x, y, body, cls="", anchor="start"):
    return '<text x="%.1f" y="%.1f" class="%s" text-anchor="%s">%s</text>' % (x, y, cls, anchor, escape(body))


def rect(x, y, width, cls):
    return '<rect x="%.1f" y="%.1f" width="%.1f" height="%d" rx="2" class="%s"/>' % (x, y, width, BAR, cls)


def line(x1, y1, x2, y2, cls):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>' % (x1, y1, x2, y2, cls)


def tone(row, shade):
    return shade + (" ours" if row["key"].startswith("forearm") else "")


class LogScale:
    """From 1 to a power of ten above the largest value."""

    def __init__(self, largest):
        self.decades = math.ceil(math.log10(largest))
        self.unit = (WIDTH - LEFT - RIGHT) / self.decades

    def x(self, value):
        return LEFT + self.unit * math.log10(max(value, 1))

    def grid(self, top, bottom):
        for d in range(0, self.decades + 1):
            yield line(LEFT + self.unit * d, top, LEFT + self.unit * d, bottom, "grid")
            if d % 2 == 0:
                yield text(LEFT + self.unit * d, bottom + 14, figure(10 ** d), "small", "middle")


def payload_panel(rows, y):
    """Two bars a row: the tiny payload, and everything at once."""
    pairs = [(r, r["counts"]["tiny"], r["counts"].get("all")) for r in rows if r["counts"].get("tiny")]
    scale = LogScale(max(c["insns"] for _, *two in pairs for c in two if c))
    out = [text(12, y, "Reset to payload: instructions executed (log scale)", "title"),
           text(12, y + 17, "upper bar: 4 KiB payload, 1 CPU; "
                "lower bar: 32 MiB payload, 64 MiB initrd, 8 CPUs", "small")]
    top = y + 30
    step = 2 * BAR + 14
    bottom = top + step * len(pairs)
    out += scale.grid(top - 4, bottom)
    for n, (row, *two) in enumerate(pairs):
        out.append(text(LEFT - 10, top + n * step + BAR + 6, row["name"], tone(row, ""), "end"))
        for k, count in enumerate(two):
            if count:
                at = top + n * step + k * (BAR + 1)
                end = scale.x(count["insns"])
                out.append(rect(LEFT, at, end - LEFT, tone(row, "ab"[k])))
                out.append(text(end + 6, at + 11, figure(count["insns"]), "small"))
    out.append(line(LEFT, top - 4, LEFT, bottom, "axis"))
    return out, bottom + 50


def debian_panel(rows, y):
    """What each firmware adds to direct boot, or takes from it; a linear scale, zero inside."""
    direct = next((r["debian"] for r in rows if r["key"] == "direct"), None)
    rows = [r for r in rows if r["debian"] and r["key"] != "direct"]
    if not direct or not rows:
        return [], y
    added = [(r, r["debian"]["insns"] - direct["insns"]) for r in rows]
    low, high = min(0, *(d for _, d in added)), max(0, *(d for _, d in added))
    margin = 56 if low < 0 else 0  # for the figures left of zero
    unit = (WIDTH - LEFT - RIGHT - margin) / (high - low or 1)
    zero = LEFT + margin - low * unit
    out = [text(12, y, "Reset to userspace, Debian 6.1 arm64: instructions beside direct boot", "title"),
           text(12, y + 17, "QEMU’s direct boot, without a firmware: %.1f M; left of the line is faster"
                % (direct["insns"] / 1e6), "small")]
    top = y + 30
    step = BAR + 12
    for n, (row, d) in enumerate(added):
        out += debian_bar(row, d, zero, unit, top + n * step)
    bottom = top + step * len(added)
    out.append(line(zero, top - 4, zero, bottom, "axis"))
    return out, bottom + 24


def debian_bar(row, added, zero, unit, y):
    start, end = sorted((zero, zero + added * unit))
    at, anchor = (end + 6, "start") if added > 0 else (start - 6, "end")
    label = ("+" if added > 0 else "−") + "%.1f M" % (abs(added) / 1e6)
    return [text(LEFT - 10, y + 11, row["name"], tone(row, ""), "end"),
            rect(start, y, max(end - start, 1), tone(row, "a")),
            text(at, y + 11, label, "small", anchor)]


def write(path, result):
    rows = [r for r in result["firmwares"] if r["arch"] == "arm64" and not (r["mode"] or r["key"] in LEFT_OUT)]
    body, y = payload_panel(rows, 28)
    more, y = debian_panel(rows, y)
    foot = "QEMU 7.2 TCG, %s; counted by a plugin, the same in every run" % result["machine"]["arm64"]
    body += more + [text(12, y, foot, "small")]
    with open(path, "w") as f:
        f.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" ' % (WIDTH, y + 14))
        f.write('viewBox="0 0 %d %d" role="img">\n' % (WIDTH, y + 14))
        f.write("<title>Instructions that forearm and its peers execute</title>\n<style>%s</style>\n" % STYLE)
        f.write("\n".join(body) + "\n</svg>\n")
