using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Plans;
using DurableDrill.SelfHealing;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>Everything that can be known to be wrong before anything is injured, all of it at once.</summary>
internal sealed class Preflight(IDrillEnvironment environment, RoleSearch roles)
{
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan TriesFor = TimeSpan.FromSeconds(10);

    public async Task<PreflightResult> RunAsync(DrillRequest request, CancellationToken cancellation)
    {
        IOpenTarget open;
        try
        {
            open = await environment.OpenAsync(request.Target, cancellation);
        }
        catch (TargetException error)
        {
            return new([Error("target", error.Message)], new Dictionary<string, ClockOffset>(), new()) { NotHeld = true };
        }

        var findings = new List<Finding>();
        await TryAsync(findings, "target", () => CheckFaultsAsync(open, request.Plan, findings, cancellation));
        await CheckRolesAsync(open.Definition, request, findings, cancellation);
        CheckDefinition(open.Definition, request.Plan, findings);
        CheckHealer(open.Target, request, findings);
        await CheckTicketsAsync(request, findings, cancellation);
        await Task.WhenAll(open.Probes.Select(probe => CheckProbeAsync(probe.Key, probe.Value, findings, cancellation)));
        await CheckIdsAsync(open, findings, cancellation);

        if (findings.Exists(finding => finding.Severity == Severity.Error))
        {
            // An attempt that died may have taken it. Where this fails there is nothing more to be said than is said already.
            await TryAsync([], "target", () => open.Target.ReleaseAsync(request.DrillId, cancellation));
            return new(findings, new Dictionary<string, ClockOffset>(), open.Definition.Impact) { NotHeld = true };
        }

        // Last, so that a drill which could not run anyway does not take the target from one that can.
        await TryAsync(findings, "target", () => HoldAsync(open.Target, request, findings, cancellation));
        return new(findings, await open.ReadClocksAsync(cancellation), open.Definition.Impact)
        {
            Look = await TargetLook.TakeAsync(open.Target, cancellation),
        };
    }

    /// <summary>A fault that names a role must be possible on every component that may have it.</summary>
    private static async Task CheckFaultsAsync(IOpenTarget open, DrillPlan plan, List<Finding> findings, CancellationToken cancellation)
    {
        List<string[]> possible =
            [.. plan.Faults.Select(planned => open.Definition.Roles.TryGetValue(planned.Fault.Component, out var candidates) ? [.. candidates.Keys] : new[] { planned.Fault.Component })];
        var found = new List<Finding>();
        for (var round = 0; round < possible.Max(each => each.Length); round++)
        {
            // Always as many as the plan has, so that a finding bears the number that its fault has there.
            var faults = plan.Faults.Zip(possible, (planned, each) => planned.Fault with { Component = each[round % each.Length] });
            found.AddRange(await open.Target.CheckAsync([.. faults], cancellation));
        }

        findings.AddRange(found.Distinct());
    }

    /// <summary>Who has each role of the plan now; when its fault is applied, it may be another.</summary>
    private async Task CheckRolesAsync(TargetDefinition definition, DrillRequest request, List<Finding> findings, CancellationToken cancellation)
    {
        foreach (var role in request.Plan.RolesOf(definition))
        {
            await TryAsync(findings, $"roles.{role}", async () =>
            {
                var holder = await roles.FindAsync(new(request.Target, role), cancellation);
                findings.Add(Warning($"roles.{role}", $"{holder.Component} now ({holder.Evidence()}); who it is when the fault is applied is asked then"));
            });
        }
    }

    private static void CheckDefinition(TargetDefinition definition, DrillPlan plan, List<Finding> findings)
    {
        if (definition.AllowUnlabelled)
        {
            findings.Add(Warning("allow_unlabelled", "faults may hit components that do not bear the opt-in label"));
        }

        if (!definition.Signals.ContainsKey(CanonicalSignals.Stored))
        {
            findings.Add(Error("signals.stored", "there is no such signal: without the output's counter no recovery can be seen"));
        }

        if (definition.Integrity is null)
        {
            findings.Add(Warning("integrity", "the target says nothing of its ids: what was lost or doubled is not observable"));
        }

        if (plan.Faults.Any(fault => fault.Fault.Irreversible) && !plan.Irreversible)
        {
            findings.Add(Error("irreversible", "the plan holds a fault that cannot be undone; it must say irreversible: true"));
        }
    }

    private static void CheckHealer(ITarget target, DrillRequest request, List<Finding> findings)
    {
        if (request.Plan.HealedBy == FaultTicket.Watch && target is IRestartable { } healed && !healed.IsWatched())
        {
            findings.Add(Warning("healed_by", $"no watch looks after it now: drill watch --target {request.Target}; what nobody has healed in time the drill reverts, and fails"));
        }
    }

    private async Task CheckTicketsAsync(DrillRequest request, List<Finding> findings, CancellationToken cancellation)
    {
        var listing = await environment.Tickets.ListOpenAsync(cancellation);
        findings.AddRange(listing.Unreadable.Select(what => Error("tickets", $"{what}; it may stand for a fault")));
        findings.AddRange(listing.Tickets
            .Where(ticket => ticket.Target == request.Target && ticket.DrillId != request.DrillId && ticket.State < TicketState.Reverted)
            .Select(ticket => Error("tickets", $"{ticket.Id} is still open ({ticket.Fault.Kind} on {ticket.Fault.Component}): drill revert {ticket.Id}")));
    }

    /// <summary>The first reading also connects, which may take longer than a reading may; so it is tried for a while.</summary>
    private async Task CheckProbeAsync(string signal, IProbe probe, List<Finding> findings, CancellationToken cancellation)
    {
        var decides = signal is CanonicalSignals.Stored or CanonicalSignals.Produced;
        var started = environment.Time.GetTimestamp();
        string? problem;
        while ((problem = (await ProbeTry.ReadAsync(probe, environment.Time, cancellation)).Problem) is not null
            && decides && environment.Time.GetElapsedTime(started) < TriesFor)
        {
            await Task.Delay(BetweenTries, environment.Time, cancellation);
        }

        if (problem is null)
        {
            return;
        }

        var finding = decides ? Error($"signals.{signal}", problem) : Warning($"signals.{signal}", $"a gap now: {problem}");
        lock (findings)
        {
            findings.Add(finding);
        }
    }

    private static async Task CheckIdsAsync(IOpenTarget open, List<Finding> findings, CancellationToken cancellation)
    {
        if (open.Definition.Integrity is not { } integrity)
        {
            return;
        }

        (string Path, SourceSpec? Source)[] sources =
            [("integrity.expected", integrity.Expected), ("integrity.topic", integrity.Topic), ("integrity.actual", integrity.Actual)];
        foreach (var (path, source) in sources)
        {
            if (source is null)
            {
                continue;
            }

            try
            {
                await using var ids = open.OpenIds(source, path);
                await ids.DescribeAsync(cancellation);
            }
            catch (Exception error) when (error is IdSourceException or ArgumentException)
            {
                findings.Add(Error(path, error.Message));
            }
        }
    }

    private async Task HoldAsync(ITarget target, DrillRequest request, List<Finding> findings, CancellationToken cancellation)
    {
        var plan = request.Plan;
        var length = plan.Baseline + plan.Faults.Max(fault => fault.At + fault.For) + plan.RecoveryTimeout + plan.StableFor + plan.QuietTimeout + Spare;
        var hold = await target.HoldAsync(
            new(request.DrillId, request.Host, environment.Time.GetUtcNow() + length), cancellation);
        if (hold.Owner != request.DrillId)
        {
            findings.Add(Error("target", $"'{request.Target}' is held by drill {hold.Owner} on {hold.Host} until {hold.Until:u}"));
        }
    }

    private static async Task TryAsync(List<Finding> findings, string path, Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (TargetException error)
        {
            findings.Add(Error(path, error.Message));
        }
    }

    private static Finding Error(string path, string message) => new(Severity.Error, path, message);

    private static Finding Warning(string path, string message) => new(Severity.Warning, path, message);
}
