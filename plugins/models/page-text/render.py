#!/usr/bin/env python3
"""Draw the pages that score.mjs reads: known paragraphs in fonts of Debian, at several sizes, straight and not.

    python3 render.py /tmp/pages

Writes <name>.png and <name>.txt, the paragraph. Needs python3-pil, fonts-dejavu-core, fonts-liberation and fonts-wqy-zenhei.
"""
import pathlib
import sys
import textwrap

import numpy
from PIL import Image, ImageDraw, ImageFont

ENGLISH = (
    "The lighthouse at Tern Point was built in 1862, of granite that came by sea; its lamp could be seen from 18 miles away. "
    "For years the keeper's log said little: wind, fog, a broken pane (twice in one week), flour at $3.40 a sack. Then, on May 7, "
    '"a brig ashore on the reef, nine men saved". Nobody knows her name. Was she the Margaret, bound for Quebec with 212 barrels '
    "of salt? The harbour master thought so; his clerk did not. What is left of her lies 30 feet down, and divers still bring up nails & rope."
)
OTHER = (
    "Dear Ms Okafor, thank you for your order no. 40-7718 of 3 October. Two of the six chairs (model \"Birk\", oiled oak) left our workshop on "
    "Monday; the others follow in week 43. We charged 1,486.50 to your card, delivery included. If a joint creaks in the first winter, don't use "
    "glue: write to repairs@example.org, and we send a wedge & a hammer at no cost. Have you seen our tables? Until 15 November they are 20% off. "
    "Yours sincerely, J. Vexley & Sons, 9 Quay Street"
)
CHINESE = "春天的早晨，海边的小城下着细雨。老人打开木门，看见三只白鸟站在石墙上。他说：今天是二零二四年三月八日，船要回来了。孩子们跑过桥，笑声传得很远。"
FONTS = {
    "sans": "dejavu/DejaVuSans.ttf",
    "serif": "liberation/LiberationSerif-Regular.ttf",
    "mono": "liberation/LiberationMono-Regular.ttf",
    "sans-bold": "dejavu/DejaVuSans-Bold.ttf",
    "narrow": "liberation/LiberationSansNarrow-Regular.ttf",
    "serif-italic": "liberation/LiberationSerif-Italic.ttf",
    "chinese": "wqy/wqy-zenhei.ttc",
}
SIZES = [12, 16, 24, 40]
SEED = 20261129


def draw(text, font_name, size, columns):
    """Return a white page with the paragraph in black, `columns` characters a line; `size` is the font's, in pixels."""
    font = ImageFont.truetype(f"/usr/share/fonts/truetype/{FONTS[font_name]}", size)
    lines = "\n".join(textwrap.wrap(text, columns))
    spacing = size // 3
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), lines, font=font, spacing=spacing)
    margin = 2 * size
    page = Image.new("L", (box[2] + 2 * margin, box[3] + 2 * margin), 255)
    ImageDraw.Draw(page).multiline_text((margin, margin), lines, font=font, fill=0, spacing=spacing)
    return page


def photographed(page):
    """Return the page as a bad photo has it: dim towards one corner, blurred by a smaller size, noisy."""
    pixels = numpy.asarray(page.resize((page.width * 2 // 3, page.height * 2 // 3), Image.BILINEAR), dtype=numpy.float32)
    height, width = pixels.shape
    light = 0.45 + 0.45 * numpy.add.outer(numpy.linspace(0, 1, height), numpy.linspace(0, 1, width)) / 2
    noise = numpy.random.default_rng(SEED).normal(0, 8, pixels.shape)
    return Image.fromarray(numpy.clip(pixels * light + noise + 20, 0, 255).astype(numpy.uint8))


def turned(page, degrees):
    """Return the page turned to the left, on white."""
    return page.rotate(degrees, expand=True, fillcolor=255, resample=Image.BICUBIC)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{font}-{size}": (draw(ENGLISH, font, size, 62), ENGLISH) for font in ("sans", "serif", "mono") for size in SIZES}
    plain = draw(ENGLISH, "sans", 24, 62)
    pages["turned-2"] = (turned(plain, 2), ENGLISH)
    pages["turned-8"] = (turned(plain, 8), ENGLISH)
    pages["light-on-dark"] = (Image.eval(plain, lambda value: 235 - value * 200 // 255), ENGLISH)
    pages["photographed"] = (photographed(plain), ENGLISH)
    # The runtime's defaults were chosen on the pages above; on those below they were only tried.
    for font in ("sans-bold", "narrow", "serif-italic"):
        pages.update({f"other-{font}-{size}": (draw(OTHER, font, size, 62), OTHER) for size in (14, 20, 32)})
    pages["other-photographed"] = (photographed(turned(draw(OTHER, "narrow", 32, 62), -1.5)), OTHER)
    pages["chinese-24"] = (draw(CHINESE, "chinese", 24, 24), CHINESE)
    for name, (page, text) in pages.items():
        page.save(folder / f"{name}.png")
        (folder / f"{name}.txt").write_text(text)
    print(f"{len(pages)} pages; of {len(ENGLISH)} characters, the other ones {len(OTHER)}, the Chinese one {len(CHINESE)}")


if __name__ == "__main__":
    main()
