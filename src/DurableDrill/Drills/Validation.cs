using DurableDrill.Faults;
using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Targets;

namespace DurableDrill.Drills;

/// <summary>
/// Looks for every event. Memory is bounded: what one reading may not hold is read in shares of the ids (<see cref="IdSlice"/>), each by a step of its
/// own, on any machine. A share leaves its counts and its sorted ids in the store, and they merge line by line into the result that one reading
/// of everything would have given.
/// </summary>
/// <param name="environment">Where target, tickets and stores are.</param>
/// <param name="repeated">What the sink held more than once before the first fault.</param>
/// <param name="maxBytes">How much evidence a step may hold; judging takes two to three times as much again.</param>
internal sealed class Validation(IDrillEnvironment environment, RepeatedBefore repeated, long maxBytes)
{
    public const string ResultFile = "integrity.json";

    /// <summary>Each costs four events of a history that keeps under 200, and reads the sources once.</summary>
    private const int Shares = 15;

    private const string NoIntegrity = "the target says nothing of its ids: not observable";

    private const string DrillOver = "the drill is over";

    private ClassFiles Files => new(environment.Reports);

    public async Task<ValidateResult> ValidateAsync(ValidateRequest request, CancellationToken cancellation)
    {
        if (await environment.Drills.IsOverAsync(request.DrillId, cancellation))
        {
            return new(DrillOver);
        }

        var open = await environment.OpenAsync(request.Target, cancellation);
        if (open.Definition.Integrity is not { } definition)
        {
            return new(NoIntegrity);
        }

        var rules = await RulesAsync(request, definition, cancellation);
        if (await ReadAsync(open, definition, rules, IdSlice.All, cancellation) is not { } evidence)
        {
            return new(null) { Shares = Shares };
        }

        rules = await RulesAsync(request, definition, cancellation);
        var classes = IntegrityClasses.Of(evidence, rules);
        var result = IntegrityJudge.Judge(evidence, classes, rules);
        await StoreAsync(request.DrillId, await Files.AddAsync(request.DrillId, result, classes, cancellation), cancellation);
        return new(null);
    }

    public async Task<ShareResult> ValidateShareAsync(ShareRequest request, CancellationToken cancellation)
    {
        if (await environment.Drills.IsOverAsync(request.Of.DrillId, cancellation))
        {
            return new(DrillOver);
        }

        var open = await environment.OpenAsync(request.Of.Target, cancellation);
        if (open.Definition.Integrity is not { } definition)
        {
            return new(NoIntegrity);
        }

        var rules = await RulesAsync(request.Of, definition, cancellation);
        if (await ReadAsync(open, definition, rules, request.Slice, cancellation) is not { } evidence)
        {
            return new($"there are more ids than {request.Slice.Count} shares of {maxBytes >> 20} MB hold: not observable");
        }

        rules = await RulesAsync(request.Of, definition, cancellation);
        await new ShareFiles(environment.Reports, request.Of.DrillId, request.Slice.Index).WriteAsync(evidence, rules, cancellation);
        return new(null);
    }

    public async Task<ValidateResult> MergeAsync(MergeRequest request, CancellationToken cancellation)
    {
        if (await environment.Drills.IsOverAsync(request.Of.DrillId, cancellation))
        {
            return new(DrillOver);
        }

        var drill = request.Of.DrillId;
        var open = await environment.OpenAsync(request.Of.Target, cancellation);
        if (open.Definition.Integrity is not { } definition)
        {
            return new(NoIntegrity);
        }

        var rules = await RulesAsync(request.Of, definition, cancellation);
        var shares = Enumerable.Range(0, request.Shares).Select(share => new ShareFiles(environment.Reports, drill, share)).ToList();
        var merge = await ShareMerge.ReadAsync(shares, rules, cancellation);
        await StoreAsync(drill, await merge.ResultAsync(Files, drill, cancellation), cancellation);
        return new(null);
    }

    /// <summary>The rules as they are now: asked again after a long reading, they say whether the producer was still paused at its end.</summary>
    private async Task<IntegrityRules> RulesAsync(ValidateRequest request, IntegrityDefinition definition, CancellationToken cancellation)
    {
        var tickets = await environment.Tickets.ListAsync(request.DrillId, cancellation);
        var paused = DrillTickets.IdOf(request.DrillId, DrillTickets.Quiesce);
        var goesOn = tickets.Tickets.Any(ticket => ticket is { Applied: not null, State: >= TicketState.Reverting } && ticket.Id == paused);
        return new()
        {
            Guarantee = definition.Guarantee,
            Faults = [.. tickets.Tickets.Where(ticket => ticket.Applied is not null).Select(ticket => WindowOf(request.DrillId, ticket))],
            NotQuiet = request.NotQuiet ?? (goesOn ? "the producer went on before all ids were read (a longer quiet_timeout keeps it paused)" : null),
            LateAfter = request.LateAfter,
            WrittenBefore = await repeated.ReadAsync(request.DrillId, cancellation),
            ToleratedLost = request.ToleratedLost,
        };
    }

    private async Task<IntegrityEvidence?> ReadAsync(
        IOpenTarget open, IntegrityDefinition definition, IntegrityRules rules, IdSlice slice, CancellationToken cancellation)
    {
        await using var expected = open.OpenIds(definition.Expected, "integrity.expected");
        await using var topic = definition.Topic is { } source ? open.OpenIds(source, "integrity.topic") : null;
        await using var actual = open.OpenIds(definition.Actual, "integrity.actual");
        return await IntegrityCheck.ReadAsync(new(expected, topic, actual), rules, slice, maxBytes, cancellation);
    }

    private Task StoreAsync(string drillId, IntegrityResult result, CancellationToken cancellation) =>
        environment.Reports.WriteJsonAsync(drillId, ResultFile, result, cancellation);

    private static FaultWindow WindowOf(string drillId, FaultTicket ticket) => new(
        ticket.Id[(drillId.Length + 1)..], ticket.Applied!.Value.Earliest, ticket.Reverted?.Latest ?? ticket.RevertBy);
}
