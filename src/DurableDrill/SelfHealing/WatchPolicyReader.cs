using DurableDrill.Documents;

namespace DurableDrill.SelfHealing;

/// <summary>Reads the policy of the watch, of a whole target or of one component.</summary>
internal static class WatchPolicyReader
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>The field <c>watch</c>; what it leaves out is as in <paramref name="common"/>. The same when there is no such field.</summary>
    public static WatchPolicy Read(Fields owner, WatchPolicy common)
    {
        if (owner.Sub("watch", "watch") is not { } fields)
        {
            return common;
        }

        var policy = new WatchPolicy
        {
            Restarts = (int)(fields.Number("restarts", n => n is >= 0 and <= 1000 && n == Math.Floor(n), "whole, 0 to 1000") ?? common.Restarts),
            Within = fields.Duration("within", common.Within, new(TimeSpan.FromSeconds(1), Day)),
            Backoff = fields.Duration("backoff", common.Backoff, new(TimeSpan.Zero, TimeSpan.FromHours(1))),
            BackoffMax = fields.Duration("backoff_max", common.BackoffMax, new(TimeSpan.Zero, Day)),
            UnhealthyAfter = fields.Duration("unhealthy_after", common.UnhealthyAfter, new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))),
        };
        if (policy.BackoffMax < policy.Backoff && (fields.Find("backoff_max") ?? fields.Find("backoff")) is { } node)
        {
            fields.Findings.Error(node, $"the longest wait ({Quantities.Write(policy.BackoffMax)}) is shorter than the first ({Quantities.Write(policy.Backoff)})");
        }

        fields.Done();
        return policy;
    }
}
