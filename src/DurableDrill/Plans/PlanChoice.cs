using DurableDrill.Targets;

namespace DurableDrill.Plans;

/// <summary>What a drill will do.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Parts">The plans that it runs in turn, when it is a sequence; else empty.</param>
public sealed record PlanChoice(DrillPlan Plan, IReadOnlyList<DrillPlan> Parts)
{
    /// <summary>The plans that injure something: the parts, or the plan itself.</summary>
    public IReadOnlyList<DrillPlan> Steps => Parts.Count > 0 ? Parts : [Plan];

    /// <summary>A plan as it is run on a target.</summary>
    /// <param name="plan">One of the target's drills, or one that was read against it.</param>
    /// <param name="target">The target.</param>
    /// <param name="hold">Hold the longest fault for this time; the rest of each timeline is stretched along. Null: as written.</param>
    /// <param name="seed">Draw chaos anew from this seed; null: as written.</param>
    public static PlanChoice Of(DrillPlan plan, TargetDefinition target, TimeSpan? hold = null, ulong? seed = null)
    {
        DrillPlan Adjust(DrillPlan each)
        {
            each = each with { Target = target.Target };
            each = seed is { } number ? each.Seeded(number) : each;
            return hold is { } time ? each.HeldFor(time) : each;
        }

        return new(Adjust(plan), [.. plan.Each.Select(part => Adjust(target.Drills[part]))]);
    }
}
