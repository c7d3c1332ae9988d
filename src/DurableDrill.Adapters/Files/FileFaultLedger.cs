using System.Globalization;
using System.Text.Json;
using DurableDrill.Faults;

namespace DurableDrill.Adapters.Files;

/// <summary>
/// Tickets as files, one each: <c>FOLDER/ID.json</c>. A write is on the disk before it counts; one that replaces a ticket takes the folder's lock, so that
/// of two writers, in one process or in two, exactly one wins.
/// </summary>
/// <param name="folder">The folder of the tickets; it is made when the first one is written.</param>
public sealed class FileFaultLedger(string folder) : IFaultLedger
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public Task<bool> TryOpenAsync(FaultTicket ticket, CancellationToken cancellation) =>
        AtomicFile.TryCreateAsync(PathOf(ticket.Id), Write(ticket, 1), cancellation);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is there and is no ticket.</exception>
    public async Task<Versioned<FaultTicket>?> ReadAsync(string ticketId, CancellationToken cancellation)
    {
        var path = PathOf(ticketId);
        return File.Exists(path) ? await ReadFileAsync(path, cancellation) : null;
    }

    /// <inheritdoc/>
    public async Task<bool> TryReplaceAsync(FaultTicket ticket, string version, CancellationToken cancellation)
    {
        using var _ = await LockAsync(cancellation);
        if (await ReadAsync(ticket.Id, cancellation) is not { } found || found.Version != version)
        {
            return false;
        }

        var next = long.Parse(version, CultureInfo.InvariantCulture) + 1;
        await AtomicFile.WriteAsync(PathOf(ticket.Id), Write(ticket, next), cancellation);
        return true;
    }

    /// <inheritdoc/>
    public Task<TicketListing> ListOpenAsync(CancellationToken cancellation) =>
        ListAsync(ticket => ticket.State != TicketState.Closed, cancellation);

    /// <inheritdoc/>
    public Task<TicketListing> ListAsync(string drillId, CancellationToken cancellation) =>
        ListAsync(ticket => ticket.DrillId == drillId, cancellation);

    private async Task<TicketListing> ListAsync(Func<FaultTicket, bool> wanted, CancellationToken cancellation)
    {
        var tickets = new List<FaultTicket>();
        var unreadable = new List<string>();
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [])
        {
            if (Path.GetFileName(path).StartsWith('.'))
            {
                // Being written: AtomicFile's, and no ticket yet.
                continue;
            }

            try
            {
                if (await ReadFileAsync(path, cancellation) is { } found && wanted(found.Value))
                {
                    tickets.Add(found.Value);
                }
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                unreadable.Add(error.Message);
            }
        }

        return new([.. tickets.OrderBy(ticket => ticket.OpenedAt).ThenBy(ticket => ticket.Id, StringComparer.Ordinal)], unreadable);
    }

    private static async Task<Versioned<FaultTicket>> ReadFileAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var file = JsonSerializer.Deserialize<TicketFile>(await File.ReadAllTextAsync(path, cancellation), DrillJson.Options);
            return file?.Ticket is { Fault: not null } ticket && ticket.Id == Path.GetFileNameWithoutExtension(path)
                ? new(ticket, file.Revision.ToString(CultureInfo.InvariantCulture))
                : throw new InvalidDataException($"{path} is no fault ticket: its id or its fault is missing or another's.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path} is no fault ticket: {error.Message}", error);
        }
    }

    private static string Write(FaultTicket ticket, long revision) =>
        JsonSerializer.Serialize(new TicketFile(revision, ticket), DrillJson.Indented) + "\n";

    private Task<FileLock> LockAsync(CancellationToken cancellation) =>
        FileLock.AcquireAsync(Path.Combine(folder, ".lock"), Patience, cancellation);

    private string PathOf(string ticketId) => Path.Combine(folder, TicketIds.Check(ticketId) + ".json");

    private sealed record TicketFile(long Revision, FaultTicket Ticket);
}
