"""The command line: `probe FILE`, `transcode FILE OUTDIR`, `bench`. One JSON value on the last line of stdout."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from media_pipeline import bench, engine, probe
from media_pipeline.errors import PipelineError

EXIT_REFUSED = 2
EXIT_TEMPORARY = 3


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        told: dict[str, Any] = options.act(options)
    except PipelineError as error:
        _say({"ok": False, "error": error.to_json()})
        return EXIT_REFUSED if error.permanent else EXIT_TEMPORARY
    _say(told)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m media_pipeline", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    probing = verbs.add_parser("probe", help="say what a file is")
    probing.add_argument("file", type=Path)
    probing.set_defaults(act=lambda options: probe.probe(options.file.resolve()).to_json())
    making = verbs.add_parser("transcode", help="make everything a player needs")
    making.add_argument("file", type=Path)
    making.add_argument("outdir", type=Path)
    making.add_argument("--max-height", type=_side, help="limit of the short side in pixels")
    making.set_defaults(act=_transcode)
    timing = verbs.add_parser(
        "bench", help="measure ours beside the structures of other pipelines, on generated clips"
    )
    timing.add_argument("--quick", action="store_true", help="small clips, one round: minutes instead of an hour")
    timing.set_defaults(act=_bench)
    return parser


def _transcode(options: argparse.Namespace) -> dict[str, Any]:
    result = engine.transcode(
        options.file.resolve(), options.outdir.resolve(), max_height=options.max_height, on_progress=_progress
    )
    return result.to_json()


def _bench(options: argparse.Namespace) -> dict[str, Any]:
    found = bench.bench(bench.QUICK if options.quick else bench.FULL)
    sys.stderr.write(bench.report.table(found) + "\n")
    return found


def _side(text: str) -> int:
    side = int(text)
    if side < 16:  # noqa: PLR2004 - see spec.MIN_SIDE
        raise argparse.ArgumentTypeError("at least 16 pixels")
    return side


def _progress(fraction: float) -> None:
    sys.stderr.write(f"\r{fraction:4.0%}")
    sys.stderr.flush()


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
