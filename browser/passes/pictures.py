"""The published codes as pictures: read by zxing clean and spoilt, and written for the browser."""

import argparse
import json
import re
import sys
from pathlib import Path

import numpy
import zxingcpp
from common import VECTORS
from PIL import Image, ImageDraw, ImageFilter

MODULE = 8  # dots for a module: a phone's camera at arm's length


def raster(svg: str, dots: int = MODULE) -> Image.Image:
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg).group(1))
    image = Image.new("L", (side * dots, side * dots), 255)
    pen = ImageDraw.Draw(image)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        x, y, width = int(x) * dots, int(y) * dots, int(width) * dots
        pen.rectangle((x, y, x + width - 1, y + dots - 1), fill=0)
    return image


def read(image: Image.Image) -> str | None:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None


def noisy(image: Image.Image, dice: numpy.random.Generator, strength: float) -> Image.Image:
    grain = dice.normal(0, strength, (image.height, image.width))
    return Image.fromarray(numpy.clip(numpy.asarray(image) + grain, 0, 255).astype("uint8"))


def rotated(image, dice):
    return noisy(image.rotate(dice.uniform(-45, 45), expand=True, fillcolor=200), dice, 12)


def tilted(image, dice):
    width, height = image.size
    pull = lambda: dice.uniform(0, 0.14)
    quad = (-pull() * width, -pull() * height, -pull() * width, height * (1 + pull()),
            width * (1 + pull()), height * (1 + pull()), width * (1 + pull()), -pull() * height)
    return noisy(image.transform(image.size, Image.Transform.QUAD, quad, Image.Resampling.BILINEAR,
                                 fillcolor=200), dice, 12)


def blurred(image, dice):
    return noisy(image.filter(ImageFilter.GaussianBlur(dice.uniform(1.5, 3.5))), dice, 8)


def small(image, dice):
    side = int(image.width * dice.uniform(0.28, 0.5))
    return noisy(image.resize((side, side), Image.Resampling.BILINEAR), dice, 6)


def stained(image, dice, share=0.05):
    """A thumb or a fold over a share of the code's area, not on a corner mark."""
    image = image.copy()
    side = image.width
    edge = side * share**0.5
    x = dice.uniform(0.28, 0.70) * side - edge / 2
    y = dice.uniform(0.28, 0.70) * side - edge / 2
    ImageDraw.Draw(image).rectangle((x, y, x + edge, y + edge), fill=int(dice.uniform(0, 255)))
    return noisy(image, dice, 12)


def badly_stained(image, dice):
    return stained(image, dice, 0.10)


def all_at_once(image, dice):
    return blurred(rotated(tilted(stained(image, dice), dice), dice), dice)


SPOILT = {"rotated": rotated, "tilted": tilted, "blurred": blurred, "small": small,
          "stained 5 %": stained, "stained 10 %": badly_stained,
          "all but small": all_at_once}


def rates(count: int) -> dict:
    found = {}
    for paper, svg in (("M", "screen_svg"), ("Q", "paper_svg")):
        clean = raster(VECTORS[svg])
        assert read(clean) == VECTORS["text"], "a clean picture is read"
        for name, spoil in SPOILT.items():
            dice = numpy.random.default_rng(20261128)
            good = sum(read(spoil(clean, dice)) == VECTORS["text"] for _ in range(count))
            found[f"{name}, {paper}"] = good / count
    return found


def camera(image: Image.Image, path: Path) -> None:
    """A film of a held-up pass for the browser's pretended camera: y4m, grey, ten frames."""
    width, height = 1280, 720
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(10):
            scene = Image.new("L", (width, height), 90)
            held = image.resize((560, 560)).rotate(6 + frame, expand=True, fillcolor=90)
            scene.paste(held, (330 + 2 * frame, 40))
            film.write(b"FRAME\n" + scene.filter(ImageFilter.GaussianBlur(1)).tobytes())
            film.write(bytes([128]) * (width * height // 2))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--out", type=Path)
    asked.add_argument("--count", type=int, default=20)
    given = asked.parse_args()
    found = rates(given.count)
    print(json.dumps(found, indent=1))
    for name in ("screen_svg", "paper_svg", "kit_svg"):
        whole = raster(VECTORS[name], 4)
        wanted = VECTORS["kit_text" if name == "kit_svg" else "text"]
        assert read(whole) == wanted, name
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            whole.save(given.out / f"{name.removesuffix('_svg')}.png")
    if given.out:
        dice = numpy.random.default_rng(7)
        spoilt = blurred(rotated(raster(VECTORS["paper_svg"]), dice), dice)
        assert read(spoilt) == VECTORS["text"]
        spoilt.save(given.out / "spoilt.png")
        camera(raster(VECTORS["screen_svg"]), given.out / "camera.y4m")
    least = {"rotated": 0.95, "tilted": 0.9, "blurred": 0.9, "small": 0.8}
    for name, rate in found.items():
        if rate < least.get(name.split(",")[0], 0.0):
            sys.exit(f"{name}: only {rate:.0%} read")


main()
