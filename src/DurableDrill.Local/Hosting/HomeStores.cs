using System.Security.Cryptography;
using System.Text;
using DurableDrill.Adapters.Blobs;
using DurableDrill.Adapters.Files;
using DurableDrill.Campaigns;
using DurableDrill.Faults;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Local.Hosting;

/// <summary>Where a home keeps what others read too: blobs where a storage connection is configured, else files in the home.</summary>
/// <param name="Reports">Reports, and what belongs to them.</param>
/// <param name="Samples">Samples.</param>
/// <param name="Tickets">Fault tickets.</param>
/// <param name="Campaigns">Campaigns.</param>
internal sealed record HomeStores(IReportStore Reports, ISampleStore Samples, IFaultLedger Tickets, ICampaignStore Campaigns)
{
    /// <summary>The connection; <c>--storage</c> sets it for this process, and for the watchdog that it starts.</summary>
    public const string Variable = "DRILL_STORAGE";

    /// <summary>Opens the stores of a home. A home that once kept its tickets in an account is not opened without it: nobody would revert them.</summary>
    /// <exception cref="TargetException">The connection is missing, is another account's or cannot be read.</exception>
    public static HomeStores Of(string home) => Of(home, Environment.GetEnvironmentVariable(Variable));

    internal static HomeStores Of(string home, string? connection)
    {
        var folder = new HomeFolder(home);
        var marker = Path.Combine(home, "storage");
        var kept = File.Exists(marker) ? File.ReadAllText(marker).Trim() : null;
        if (string.IsNullOrEmpty(connection))
        {
            return kept is null
                ? new(new FileReportStore(folder.Drills), new FileSampleStore(folder.Drills), new FileFaultLedger(folder.Tickets), new FileCampaignStore(folder.Campaigns))
                : throw new TargetException($"{home} keeps its tickets in the storage account {kept}: set {Variable}, or give --storage");
        }

        var blobs = Open(connection, OwnFolder(home));
        if (kept is null)
        {
            if (Directory.Exists(folder.Tickets) && Directory.EnumerateFiles(folder.Tickets, "*.json").Any())
            {
                throw new TargetException($"{home} has tickets as files: give another --home to use the storage account {blobs.Account}");
            }

            AtomicFile.Write(marker, Encoding.UTF8.GetBytes(blobs.Account));
        }
        else if (kept != blobs.Account)
        {
            throw new TargetException($"{home} keeps its tickets in the storage account {kept}, and {Variable} names {blobs.Account}");
        }

        return new(blobs.Reports, blobs.Samples, blobs.Tickets, blobs.Campaigns);
    }

    private static BlobStores Open(string connection, string own)
    {
        try
        {
            return BlobStores.Open(connection, own);
        }
        catch (FormatException error)
        {
            throw new TargetException($"{Variable}: {error.Message}", error);
        }
    }

    /// <summary>The same folder of the same machine finds its tickets again; another one's are not its own to revert.</summary>
    private static string OwnFolder(string home) =>
        $"local/{Environment.MachineName.ToLowerInvariant()}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)))[..8]}/";
}
