using System.Text.Json;
using DurableDrill.Adapters.Files;
using DurableDrill.Faults;

namespace DurableDrill.Adapters.Blobs;

/// <summary>
/// Tickets as blobs, one each: <c>tickets/ID.json</c>. A write is conditional on the ETag that was read, so of two writers exactly one
/// wins. There is no lease on purpose: a lease outlives the writer that dies, and would keep the janitor from the ticket for as long.
/// </summary>
internal sealed class BlobFaultLedger(BlobFolder folder) : IFaultLedger
{
    private const string Suffix = ".json";
    private const string Drill = "drill";
    private const string State = "state";

    /// <inheritdoc/>
    public Task<bool> TryOpenAsync(FaultTicket ticket, CancellationToken cancellation) =>
        folder.TryCreateAsync(NameOf(ticket.Id), Write(ticket), MetadataOf(ticket), cancellation);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The blob is there and is no ticket.</exception>
    public async Task<Versioned<FaultTicket>?> ReadAsync(string ticketId, CancellationToken cancellation) =>
        await ReadBlobAsync(NameOf(ticketId), cancellation);

    /// <inheritdoc/>
    public Task<bool> TryReplaceAsync(FaultTicket ticket, string version, CancellationToken cancellation) =>
        folder.TryReplaceAsync(NameOf(ticket.Id), Write(ticket), MetadataOf(ticket), version, cancellation);

    /// <inheritdoc/>
    public Task<TicketListing> ListOpenAsync(CancellationToken cancellation) =>
        ListAsync(State, state => state != TicketState.Closed.ToString(), ticket => ticket.State != TicketState.Closed, cancellation);

    /// <inheritdoc/>
    public Task<TicketListing> ListAsync(string drillId, CancellationToken cancellation) =>
        ListAsync(Drill, drill => drill == drillId, ticket => ticket.DrillId == drillId, cancellation);

    /// <summary>The metadata, which the listing brings, spares the reading of most; a blob without any was not written here, and is read.</summary>
    private async Task<TicketListing> ListAsync(string key, Func<string, bool> maybe, Func<FaultTicket, bool> wanted, CancellationToken cancellation)
    {
        var tickets = new List<FaultTicket>();
        var unreadable = new List<string>();
        await foreach (var blob in folder.ListAsync("", cancellation))
        {
            if (blob.Metadata.TryGetValue(key, out var value) && !maybe(value))
            {
                continue;
            }

            try
            {
                if (await ReadBlobAsync(blob.Name, cancellation) is { } found && wanted(found.Value))
                {
                    tickets.Add(found.Value);
                }
            }
            catch (Exception error) when (error is InvalidDataException or IOException)
            {
                unreadable.Add(error.Message);
            }
        }

        return new([.. tickets.OrderBy(ticket => ticket.OpenedAt).ThenBy(ticket => ticket.Id, StringComparer.Ordinal)], unreadable);
    }

    private async Task<Versioned<FaultTicket>?> ReadBlobAsync(string name, CancellationToken cancellation)
    {
        if (await folder.ReadAsync(name, cancellation) is not { } read)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<FaultTicket>(read.Value, DrillJson.Options) is { Fault: not null } ticket && ticket.Id + Suffix == name
                ? new(ticket, read.Version)
                : throw new InvalidDataException($"{folder.Locate(name)} is no fault ticket: its id or its fault is missing or another's.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{folder.Locate(name)} is no fault ticket: {error.Message}", error);
        }
    }

    private static byte[] Write(FaultTicket ticket) => JsonSerializer.SerializeToUtf8Bytes(ticket, DrillJson.Indented);

    private static Dictionary<string, string> MetadataOf(FaultTicket ticket) => new()
    {
        [Drill] = ticket.DrillId,
        [State] = ticket.State.ToString(),
    };

    private static string NameOf(string ticketId) => TicketIds.Check(ticketId) + Suffix;
}
