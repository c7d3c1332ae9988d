using DurableDrill.Integrity;
using DurableDrill.Reports;

namespace DurableDrill.Drills;

/// <summary>
/// What a share leaves in the store: <c>shares/N/tally.json</c>, and sorted pieces of ids (<see cref="IdPiece"/>), <c>CLASS.jsonl</c> for each class and
/// <c>loss-I.jsonl</c> for each story of a loss.
/// </summary>
internal sealed class ShareFiles(IReportStore reports, string drillId, int share)
{
    /// <summary>Writes all of it, the tally last: who finds it finds the others.</summary>
    public async Task WriteAsync(IntegrityEvidence evidence, IntegrityRules rules, CancellationToken cancellation)
    {
        var classes = IntegrityClasses.Of(evidence, rules);
        foreach (var (idClass, ids) in classes.Sets)
        {
            await WriteAsync(NameOf(idClass), ids, cancellation);
        }

        foreach (var (at, loss) in classes.Losses(rules).Index())
        {
            await WriteAsync(NameOf(at), loss.Ids, cancellation);
        }

        await reports.WriteJsonAsync(drillId, In("tally.json"), IntegrityTally.Of(evidence, classes, rules), cancellation);
    }

    /// <exception cref="InvalidDataException">It is gone.</exception>
    public async Task<IntegrityTally> TallyAsync(CancellationToken cancellation) =>
        await reports.ReadJsonAsync<IntegrityTally>(drillId, In("tally.json"), cancellation)
        ?? throw new InvalidDataException($"{reports.Locate(drillId, In("tally.json"))} is gone: the shares cannot be put together");

    public IAsyncEnumerable<IdPiece> ReadAsync(IdClass idClass, CancellationToken cancellation) => ReadAsync(NameOf(idClass), cancellation);

    /// <param name="loss">Its place in the tally.</param>
    /// <param name="cancellation">Nothing was changed.</param>
    public IAsyncEnumerable<IdPiece> ReadAsync(int loss, CancellationToken cancellation) => ReadAsync(NameOf(loss), cancellation);

    private Task WriteAsync(string name, IdSet ids, CancellationToken cancellation) =>
        reports.WriteLinesAsync(drillId, In(name), IdPiece.Of(ids).Select(piece => piece.Line()).ToAsyncEnumerable(), cancellation);

    private IAsyncEnumerable<IdPiece> ReadAsync(string name, CancellationToken cancellation) =>
        reports.ReadLinesAsync(drillId, In(name), cancellation).Select(IdPiece.Parse);

    private string In(string name) => $"shares/{share}/{name}";

    private static string NameOf(IdClass idClass) => $"{DrillJson.NameOf(idClass)}.jsonl";

    private static string NameOf(int loss) => $"loss-{loss}.jsonl";
}
