package peer;

import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.bendablelong.BendableLongScore;
import java.util.List;
import java.util.Set;

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
        boolean permitted, high, atPremises, trainedOnly;
        long points, cost, home;
        Set<Problem.Officer> knowers; // former officers who may receive it
        int budget; // -1: the case may move whatever the others do

        @ValueRangeProvider(id = "allowed")
        List<Problem.Officer> allowed;

        @PlanningVariable(valueRangeProviderRefs = "allowed")
        Problem.Officer officer;

        public Case() {}

        Case(long[] line, Problem.Officer current, Set<Problem.Officer> knowers, List<Problem.Officer> allowed) {
            this.current = current;
            this.knowers = knowers;
            this.allowed = allowed;
            permitted = line[1] == 1;
            officer = permitted ? current : null;
            high = line[2] == 1;
            atPremises = line[3] == 1;
            trainedOnly = line[4] == 1;
            points = line[5];
            cost = line[6];
            home = line[7];
            budget = (int) line[9];
        }
    }
}
