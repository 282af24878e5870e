"""The command `rhetoscope`: what `dvc.yaml` and the Makefile call."""

from __future__ import annotations

import argparse
import sys

from rhetoscope import InputError, __version__, project


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code, which is 1 if the input cannot be used."""
    parser = argparse.ArgumentParser(prog="rhetoscope", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run one stage's notebook with its section of params.yaml")
    run.add_argument("stage", choices=project.STAGES)
    commands.add_parser("refresh", help="run the committed notebooks again and write them back, normalised")
    commands.add_parser("summary", help="print where the report lies and its first findings")
    compare = commands.add_parser("compare", help="show which rates moved between two runs, and which beyond intervals")
    compare.add_argument("a", help="a project folder, or a revision or experiment of this project")
    compare.add_argument("b", help="the other")
    commands.add_parser("pdf", help="print the report to data/findings/findings.pdf with Chromium")
    commands.add_parser("codebook", help="print the codebook as a page of Markdown")
    commands.add_parser("dictionary", help="print the data dictionary as a page of Markdown")
    try:
        _run_command(parser.parse_args(arguments))
    except InputError as error:
        print(f"rhetoscope: {error}", file=sys.stderr)
        return 1
    return 0


def _run_command(given: argparse.Namespace) -> None:
    """Run one command, and import only what it needs."""
    match given.command:
        case "run":
            from rhetoscope.run import run_stage

            executed = run_stage(given.stage)
            if given.stage == "findings":
                from rhetoscope.findings import export_report

                export_report(executed)
        case "refresh":
            from rhetoscope.run import refresh_notebook

            for stage in project.STAGES:
                print(refresh_notebook(stage).relative_to(project.find_root()))
        case "summary":
            from rhetoscope.findings import summarise_report

            print(summarise_report())
        case "compare":
            from rhetoscope.findings import compare_runs, describe_runs, read_rates

            print(describe_runs(compare_runs(read_rates(given.a), read_rates(given.b)), given.a, given.b))
        case "pdf":
            from rhetoscope.findings import write_pdf

            print(write_pdf().relative_to(project.find_root()))
        case "codebook":
            from rhetoscope.codebook import format_codebook, load_codebook

            print(format_codebook(load_codebook(project.read_params("rhetoric")["codebook"])))
        case "dictionary":
            from rhetoscope.tables import format_dictionary

            print(format_dictionary())


if __name__ == "__main__":
    sys.exit(main())
