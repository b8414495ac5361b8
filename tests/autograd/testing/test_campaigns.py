"""`python -m autograd.testing`: the long campaigns run and report, and fail when they find something."""

import subprocess
import sys

import pytest

from autograd.testing import BUGS
from autograd.testing.__main__ import main


def test_a_campaign_reports_no_mismatch(capsys):
    assert main(["programs", "20"]) == 0
    assert "20 programs" in capsys.readouterr().out


def test_a_campaign_reports_what_it_finds_with_the_seed(capsys):
    with BUGS["lost edge"]:
        assert main(["programs", "20", "--seed", "5"]) == 1
    out = capsys.readouterr().out
    assert "seed " in out
    assert "from autograd import Value" in out


def test_an_interrupted_campaign_says_where_to_go_on(capsys, monkeypatch):
    def stop(program, *rest, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograd.testing.__main__.check_grad", stop)
    main(["soak", "20", "--seed", "7"])
    assert "continue with --seed 7" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["programs", "0"], ["soak", "-1"], ["nothing"]])
def test_senseless_arguments_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert "usage" in capsys.readouterr().err


def test_importing_the_library_imports_no_testing_and_testing_nothing_heavy():
    code = (
        "import sys, autograd; assert not any(m.startswith('autograd.testing') for m in sys.modules); "
        "import autograd.testing; "
        "heavy = {'hypothesis', 'mpmath', 'sympy', 'numpy', 'torch', 'pytest'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
