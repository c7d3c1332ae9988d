using Azure.Storage.Blobs;
using DurableDrill.Campaigns;
using DurableDrill.Faults;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Blobs;

/// <summary>
/// Everything that lasts of a host, in the containers of one storage account. Reports and samples bear the drill's id and lie together, whoever
/// wrote them. Tickets, campaigns and targets are the host's own: only the host that runs a drill can tell whether it still runs.
/// </summary>
public sealed class BlobStores
{
    /// <param name="service">The account, with its credential.</param>
    /// <param name="own">The folder in which the host's own blobs lie: empty for the app whose account it is, else NAME with its '/'.</param>
    public BlobStores(BlobServiceClient service, string own)
    {
        Account = service.AccountName;
        Reports = new BlobReportStore(Folder("reports", ""), Folder("drills", ""));
        Samples = new BlobSampleStore(Folder("samples", ""));
        Tickets = new BlobFaultLedger(Folder("tickets", own));
        Campaigns = new BlobCampaignStore(Folder("campaigns", own));
        Targets = new BlobTargetFiles(Folder("targets", own));

        BlobFolder Folder(string container, string prefix) => new(service.GetBlobContainerClient(container), prefix);
    }

    /// <summary>The account's name.</summary>
    public string Account { get; }

    /// <summary>In the containers <c>reports</c> and <c>drills</c>.</summary>
    public IReportStore Reports { get; }

    /// <summary>In the container <c>samples</c>.</summary>
    public ISampleStore Samples { get; }

    /// <summary>In the container <c>tickets</c>.</summary>
    public IFaultLedger Tickets { get; }

    /// <summary>In the container <c>campaigns</c>.</summary>
    public ICampaignStore Campaigns { get; }

    /// <summary>In the container <c>targets</c>.</summary>
    public BlobTargetFiles Targets { get; }

    /// <summary>Opens an account by a connection string, as <c>UseDevelopmentStorage=true</c>, or by a URL that bears its own signature.</summary>
    /// <exception cref="FormatException">It is neither; the message does not repeat it, for it may hold a key.</exception>
    public static BlobStores Open(string connection, string own)
    {
        try
        {
            return new(
                Uri.TryCreate(connection, UriKind.Absolute, out var address) && address.Scheme.StartsWith("http", StringComparison.Ordinal)
                    ? new BlobServiceClient(address)
                    : new BlobServiceClient(connection),
                own);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException(
                "The storage connection cannot be read: a connection string (UseDevelopmentStorage=true for Azurite) or a URL with a signature is expected.");
        }
    }
}
