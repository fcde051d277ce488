"""What a recalculation shows: the report, laid over the period columns of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from xl_perlas.analysis import Analysis, analyse
from xl_perlas.camel import CamelReport
from xl_perlas.camel_load import camel_definitions
from xl_perlas.evaluate import line_value, missing_count, note
from xl_perlas.findings import review
from xl_perlas.findings.finding import Finding
from xl_perlas.formula import LinearForm
from xl_perlas.load import own_changes
from xl_perlas.model import OwnAccount, Result, Status
from xl_perlas.peers import PeerReport, compare_with_peers
from xl_perlas.periods import Period
from xl_perlas.problems import ERROR, INFO, WARNING, Problem
from xl_perlas.report import Report
from xl_perlas.score import Score
from xl_perlas.strengths import Strengths, find_strengths
from xl_perlas.supervision import SupervisionReport, at, calculate_supervision
from xl_perlas.workbook.analysis_inputs import AnalysisInputs
from xl_perlas.workbook.camel_inputs import CamelInputs
from xl_perlas.workbook.cellxml import PlainText
from xl_perlas.workbook.plan import Plan
from xl_perlas.workbook.rating import Rating
from xl_perlas.workbook.supervision_inputs import SupervisionInputs

#: What a cell shows for a status without value: the same that the cell functions return.
CELL_ERRORS = {
    Status.NO_DATA: "#N/A",
    Status.NOT_APPLICABLE: "#N/A",
    Status.ZERO_DENOMINATOR: "#DIV/0!",
}
NOT_AVAILABLE = "#N/A"

#: Largest difference between an add-in's value and the native one that is rounding.
SAME = 1e-9



@dataclass(frozen=True)
class View:
    """`columns[k]` is the period typed over column `k` (None: unused); `headers[k]` the cell as it was typed.

    `own` are the entity's own accounts by their row on Parámetros; `unseen` the (code, column) whose figures native
    formulas do not see; `native` is the report of the balance as native
    formulas see it: the same `report` unless some cell means nothing to them.
    """

    plan: Plan
    report: Report
    native: Report
    columns: Sequence[Period | None]
    headers: Sequence[object]
    rating: Rating
    camel: CamelReport
    camel_inputs: CamelInputs
    analysis_inputs: AnalysisInputs
    supervision_inputs: SupervisionInputs
    catalog_choice: str
    problems: tuple[Problem, ...]
    parameter_years: Sequence[int | None]
    decision_period: object = None
    text_cells: Sequence[int] = ()
    own: Mapping[int, OwnAccount] = field(default_factory=dict)
    detail_choice: tuple[object, object] = (None, None)
    unseen: Set[tuple[str, int]] = frozenset()

    @cached_property
    def used(self) -> list[int]:
        """Columns that hold a period."""
        return [k for k, period in enumerate(self.columns) if period is not None]

    def position(self, k: int) -> int | None:
        """Where the period of column `k` stands in the report."""
        period = self.columns[k]
        return None if period is None else self.report.balance.position(period)

    def base_column(self, k: int) -> int:
        """Column of the December before the period of column `k`; the empty column if it is not there."""
        period = self.columns[k]
        base = None if period is None else (period.year - 1, 12)
        return next((j for j in self.used if self._key(j) == base), self.plan.capacity)

    def _key(self, k: int) -> tuple[int, int] | None:
        period = self.columns[k]
        return period.key if period else None

    def column_of(self, position: int | None) -> int:
        """Column of the period at `position`; the empty column when there is none."""
        if position is not None:
            for k in self.used:
                if self.position(k) == position:
                    return k
        return self.plan.capacity

    @property
    def last(self) -> int | None:
        """Column of the latest period."""
        positions = [(self.position(k) or 0, k) for k in self.used]
        return max(positions)[1] if positions else None

    @cached_property
    def decision_column(self) -> int | None:
        """Column of the period chosen on Decisiones; the latest when the choice is none of them."""
        matches = [k for k in self.used if self.headers[k] == self.decision_period]
        return matches[0] if matches else self.last

    def result(self, indicator: str, k: int) -> Result | None:
        """Result in column `k`; None where the column is unused."""
        position = self.position(k)
        return None if position is None else self.report.results[indicator][position]

    def score(self, k: int) -> Score | None:
        """Score in column `k`; None where the column is unused or there are no weights."""
        position = self.position(k)
        return None if position is None else self.rating.scores[position]

    def camel_total(self, k: int | None) -> float | None:
        """CAMEL's total in column `k`; None where there is none."""
        position = None if k is None else self.position(k)
        return None if position is None else self.camel.total[position].value

    def value_cell(self, indicator: str, k: int) -> object:
        """What the add-in's cell shows: a number, an error, or nothing where there is no period.

        The error is stored as text: LibreOffice recalculates cells stored as errors when it loads a file, and without
        the add-in would show #NAME? where nothing is wrong. The first recalculation with it makes a true error.
        """
        result = self.result(indicator, k)
        if result is None:
            return ""
        return PlainText(CELL_ERRORS[result.status]) if result.value is None else result.value

    def native_cell(self, indicator: str, k: int) -> object:
        """What the native formula shows; #N/A where there is no period."""
        position = self.position(k)
        if position is None:
            return NOT_AVAILABLE
        result = self.native.results[indicator][position]
        return CELL_ERRORS[result.status] if result.value is None else result.value

    def native_verdict_cell(self, indicator: str, k: int) -> object:
        """The verdict that native formulas come to."""
        position = self.position(k)
        return "" if position is None else self.native.verdicts[indicator][position].word

    def native_gaps(self, k: int) -> tuple[float, int]:
        """Largest difference with the native formulas in column `k`, and how many have a value on one side only."""
        if self.native is self.report or self.position(k) is None:
            return 0.0, 0
        pairs = [(self.value_cell(i.id, k), self.native_cell(i.id, k)) for i in self.plan.indicators]
        gaps = [abs(a - b) for a, b in pairs if isinstance(a, float) and isinstance(b, float)]
        return max(gaps, default=0.0), sum(isinstance(a, float) is not isinstance(b, float) for a, b in pairs)

    def verdict_cell(self, indicator: str, k: int) -> object:
        """`Cumple`, `No cumple` or `Sin veredicto`."""
        position = self.position(k)
        if position is None:
            return ""
        return self.report.verdicts[indicator][position].word

    def note_cell(self, indicator: str, k: int) -> str:
        """The note of the value and of the verdict."""
        position = self.position(k)
        if position is None:
            return ""
        result, verdict = self.report.results[indicator][position], self.report.verdicts[indicator][position]
        own = own_changes(self.report.profile, self.report.profile.indicators[indicator])
        notes = [result.note, verdict.note, *(note("E10", line=line.name, reason=line.reason) for line in own)]
        return " ".join(n for n in notes if n and not n.startswith("[E23]"))

    def line_cell(self, line: str, k: int) -> object:
        """Value of a line; #N/A where an account it needs is missing, or there is no period."""
        position = self.position(k)
        if position is None:
            return NOT_AVAILABLE
        value = line_value(self._form(self.native, line), self.native.contexts[position])
        return NOT_AVAILABLE if value is None else value

    def missing_cell(self, line: str, k: int) -> int:
        """How many accounts of a line are missing (1 where there is no period, so that nothing is computed)."""
        position = self.position(k)
        if position is None:
            return 1
        return missing_count(self._form(self.report, line), self.report.contexts[position])

    def _form(self, report: Report, line: str) -> LinearForm:
        """The linear form of a line of the profile or of CAMEL."""
        lines = report.definitions.lines
        return lines[line] if line in lines else camel_definitions(report.choice.catalog.id).lines[line]

    @cached_property
    def analysis(self) -> Analysis:
        """Horizontal, vertical and trend analysis of the balance."""
        return analyse(self.report.balance, self.report.choice.catalog.id, self.analysis_inputs.base)

    @cached_property
    def native_analysis(self) -> Analysis:
        """The same of the balance as native formulas see it."""
        if self.native is self.report:
            return self.analysis
        return analyse(self.native.balance, self.report.choice.catalog.id, self.analysis_inputs.base)

    @cached_property
    def supervision(self) -> SupervisionReport:
        """The supervisor's ratios of the balance; a period has the catalogue that its own accounts show."""
        return calculate_supervision(self.report.balance, self.supervision_inputs.average, self.catalog_choice)

    @cached_property
    def native_supervision(self) -> SupervisionReport:
        """The same of the balance as native formulas see it, each period with the catalogue that it was given."""
        if self.native is self.report:
            return self.supervision
        balance, choices, rule = self.native.balance, self.supervision.choices, self.supervision.average
        columns = [balance.column(i) for i in range(len(balance.periods))]
        moments = (at(columns, balance.periods, i, choice.catalog, rule) for i, choice in enumerate(choices))
        return SupervisionReport(balance, rule, choices, tuple(moments))

    @cached_property
    def peers(self) -> PeerReport | None:
        """Where those ratios stand among the peers typed on Pares; None without peers, or without periods."""
        return self._among_peers(self.supervision)

    @cached_property
    def native_peers(self) -> PeerReport | None:
        """The same of the ratios as native formulas see them."""
        return self.peers if self.native is self.report else self._among_peers(self.native_supervision)

    def _among_peers(self, report: SupervisionReport) -> PeerReport | None:
        inputs = self.supervision_inputs
        if inputs.table is None or not report.periods:
            return None
        return compare_with_peers(report, inputs.table, inputs.period, inputs.deviation)

    @cached_property
    def strengths(self) -> Strengths | None:
        """Strengths and weaknesses in the period chosen on Decisiones; None without periods."""
        period = None if self.decision_column is None else self.columns[self.decision_column]
        if period is None:
            return None
        hierarchy = self.rating.hierarchy
        weights = None if hierarchy is None else hierarchy.global_weights
        peers = self.peers if self.peers is not None and self.peers.period == period.label else None
        return find_strengths(self.report, self.analysis, peers, period.label, weights)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything to doubt, what moves the rating most first; notes that ask for nothing come last."""
        hierarchy = self.rating.hierarchy
        weights = None if hierarchy is None else hierarchy.global_weights
        told = set(self.report.problems)
        others = [p for p in self.problems if p not in told]
        found = review(self.report, weights, self.rating.inputs.policy, problems=others).findings
        # a period that falls away here (an empty workbook has no catalogue to tell of) falls away there too
        kept = [f for f in found if f.problem not in told or f.problem in self.problems]
        notes = (Finding(p) for p in self.problems if p.severity == INFO)
        return tuple(dict.fromkeys([*kept, *notes]))

    @cached_property
    def counts(self) -> tuple[int, int]:
        """Errors and warnings: each with its consequences is one."""
        return (
            sum(f.severity == ERROR for f in self.findings),
            sum(f.severity == WARNING for f in self.findings),
        )

    @property
    def computed(self) -> tuple[int, int, int]:
        """How many indicators, periods, and values there are."""
        results = self.report.results
        return len(results), len(self.report.periods), sum(r.value is not None for row in results.values() for r in row)

    @property
    def state(self) -> str:
        """The overall light in words; its first character is its colour."""
        errors, warnings = self.counts
        return state_text(errors + self.native_failures, warnings)

    @cached_property
    def native_failures(self) -> int:
        """Columns whose values are not the native ones, and values on one side only: errors, as the sheet counts."""
        gaps = [self.native_gaps(k) for k in self.used]
        return sum(gap > SAME for gap, _ in gaps) + sum(lonely for _, lonely in gaps)


def state_text(errors: int, warnings: int) -> str:
    """`✖ 3 errores: vea Verificación`."""
    if errors:
        return f"✖ {errors} errores: vea Verificación"
    return f"▲ Sin errores; {warnings} avisos" if warnings else "✔ Sin errores ni avisos"
