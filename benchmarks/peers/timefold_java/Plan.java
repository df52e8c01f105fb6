package peer;

import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.bendablelong.BendableLongScore;
import java.util.List;

/** The planning solution: who holds each case that is not settled by the input alone. */
@PlanningSolution
public class Plan {
    Problem problem;

    @PlanningEntityCollectionProperty
    List<Case> cases;

    /** Hard: moves above a budget. Soft: excess, disruption, fairness. */
    @PlanningScore(bendableHardLevelsSize = 1, bendableSoftLevelsSize = 3)
    BendableLongScore score;

    public Plan() {}

    Plan(Problem problem) {
        this.problem = problem;
        cases = problem.cases;
    }

    /** The planning entity: a case that may move or must be placed. */
    @PlanningEntity
    public static class Case {
        Problem.Officer current; // null for a new case
        boolean high, atPremises;
        long points, cost, home;
        int budget; // -1: the case may move whatever the others do

        @ValueRangeProvider(id = "allowed")
        List<Problem.Officer> allowed;

        @PlanningVariable(valueRangeProviderRefs = "allowed")
        Problem.Officer officer;

        public Case() {}

        Case(long[] line, Problem.Officer current, List<Problem.Officer> allowed) {
            this.current = current;
            this.allowed = allowed;
            officer = line[1] == 1 ? current : null;
            high = line[2] == 1;
            atPremises = line[3] == 1;
            points = line[4];
            cost = line[5];
            home = line[6];
            budget = (int) line[7];
        }
    }
}
