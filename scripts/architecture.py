#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Draws docs/architecture.svg from the tables of docs/architecture.md, or with --print to standard output."""

import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "docs" / "architecture.md"
WIDTH = 860
LEFT = 220  # the folders' columns begin here
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .small { font-size: 11px; fill: #57606a; }
  .box { fill: #eaf3ff; stroke: #57606a; }
  .row { stroke: #d0d7de; }
  .dot { fill: #1a7f37; }
  .call { fill: none; stroke: #24292f; stroke-width: 1.5; marker-end: url(#head); }
  .few { stroke-dasharray: 4 3; }
  #head path { fill: #24292f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .box { fill: #1c2b3a; stroke: #9198a1; }
    .row { stroke: #30363d; }
    .dot { fill: #3fb950; }
    .call { stroke: #e6edf3; }
    #head path { fill: #e6edf3; }
  }
"""


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S)[1]


def rows(title):
    """The cells of a section's first table, without its head."""
    table = re.search(r"(?:^\|.*\n)+", section(title), re.M)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def folders():
    """{folder: {folder that it may call: [functions], or [] for all of them}}, in the table's order."""
    return {
        folder.strip("`/"): {
            re.match(r"`(\w+)/`", item)[1]: re.findall(r"`(\w+)\(\)`", item)
            for item in re.split(r";\s*", calls) if item
        }
        for folder, _, calls in rows("The folders")
    }


def stages():
    """[(stage, function, files)]"""
    return [(name, function.strip("`()"), re.findall(r"`([\w/.]+)`", files))
            for name, function, files in rows("The stages")]


def text(x, y, body, kind="", anchor="start"):
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(body)}</text>'


def box(x, y, width, height, name):
    return [f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" class="box"/>',
            text(x + width // 2, y + height // 2 + 5, name + "/", "", "middle")]


def call(path, functions):
    return f'<path d="{path}" class="call{" few" if functions else ""}"/>'


class Picture:
    """The flow on top, the folders that it calls below it, and the stages as rows below these."""

    def __init__(self):
        self.calls = folders()
        self.flow, *self.others = self.calls
        self.step = (WIDTH - LEFT - 20) // len(self.others)
        self.box = self.step - 26

    def x(self, folder):
        """The middle of a folder's column."""
        return LEFT + self.step * self.others.index(folder) + self.step // 2

    def vertical(self, folder):
        """Between the flow and a folder, one way or both."""
        if folder in self.calls[self.flow]:
            yield call(f"M{self.x(folder) - 8} 76 V108", self.calls[self.flow][folder])
        if self.flow in self.calls[folder]:
            yield call(f"M{self.x(folder) + 8} 110 V78", self.calls[folder][self.flow])

    def horizontal(self, folder, other, functions):
        """To a neighbour straight, past one in an arc below."""
        here, there = self.x(folder), self.x(other)
        if abs(here - there) > self.step:
            return call(f"M{here} 144 C{here} 190 {there} 190 {there} 146", functions)
        side = self.box // 2 if there > here else -(self.box // 2)
        return call(f"M{here + side} 127 H{there - side - (2 if side > 0 else -2)}", functions)

    def arrows(self):
        for folder in self.others:
            yield from self.vertical(folder)
            for other, functions in self.calls[folder].items():
                if other != self.flow:
                    yield self.horizontal(folder, other, functions)

    def head(self):
        yield text(12, 24, "Who may call whom", "title")
        yield text(190, 24, "(dashed: only the functions that docs/architecture.md names)", "small")
        yield from box(20, 42, WIDTH - 40, 34, self.flow)
        for folder in self.others:
            yield from box(self.x(folder) - self.box // 2, 110, self.box, 34, folder)

    def stage(self, number, y):
        name, function, files = stages()[number]
        yield f'<line x1="12" y1="{y + 9}" x2="{WIDTH - 12}" y2="{y + 9}" class="row"/>'
        yield text(12, y, f"{number + 1}. {name}")
        yield text(110, y, f"{function}()", "small")
        for folder in self.others:
            if any(file.startswith(folder + "/") for file in files):
                yield f'<circle cx="{self.x(folder)}" cy="{y - 4}" r="5" class="dot"/>'

    def stays(self, y):
        yield text(12, y, "What stays in memory when the guest runs", "title")
        for when, what in rows("What stays in memory"):
            y += 24
            yield text(12, y, when)
            yield text(LEFT + 240, y, what)

    def draw(self):
        stage_y = 230
        stay_y = stage_y + 26 * len(stages()) + 22
        height = stay_y + 24 * len(rows("What stays in memory")) + 16
        yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
               f'height="{height}" role="img" aria-label="Stages and folders of forearm">')
        yield "<!-- Made by scripts/architecture.py of docs/architecture.md -->"
        yield f"<style>{STYLE}</style>"
        yield ('<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
               'orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>')
        yield from self.head()
        yield from self.arrows()
        yield text(12, stage_y - 30, "The stages, and whose files they use", "title")
        for number in range(len(stages())):
            yield from self.stage(number, stage_y + 26 * number)
        yield from self.stays(stay_y)
        yield "</svg>"


def main():
    picture = "\n".join(Picture().draw()) + "\n"
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(picture)
    else:
        (TOP / "docs" / "architecture.svg").write_text(picture)


if __name__ == "__main__":
    main()
