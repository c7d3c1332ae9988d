using Azure.Storage.Blobs;
using DurableDrill.Adapters.Blobs;
using DurableDrill.Campaigns;
using DurableDrill.Faults;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.TestServers;

namespace DurableDrill.Adapters.Tests.Stores;

/// <summary>The containers of one test, in the one Azurite of this test process.</summary>
internal sealed class TestAccount
{
    private readonly string prefix = Guid.NewGuid().ToString("N")[..8];

    public async Task<BlobFolder> FolderAsync() => new(await ContainerAsync(), "host/");

    public async Task<BlobClient> BlobAsync(string name)
    {
        var container = await ContainerAsync();
        await container.CreateIfNotExistsAsync();
        return container.GetBlobClient("host/" + name);
    }

    private async Task<BlobContainerClient> ContainerAsync() =>
        new((await AzuriteServer.SharedAsync()).Connection, $"test-{prefix}");
}

[Trait("Category", "Integration")]
public sealed class BlobFaultLedgerFacts : FaultLedgerFacts
{
    private readonly TestAccount account = new();

    protected override async Task<IFaultLedger> LedgerAsync() => new BlobFaultLedger(await account.FolderAsync());

    protected override async Task PutAsync(string name, string content) =>
        await (await account.BlobAsync(name)).UploadAsync(BinaryData.FromString(content));

    protected override async Task CopyAsync(string from, string to) =>
        await (await account.BlobAsync(to)).UploadAsync((await (await account.BlobAsync(from)).DownloadContentAsync()).Value.Content);
}

[Trait("Category", "Integration")]
public sealed class BlobSampleStoreFacts : SampleStoreFacts
{
    private readonly TestAccount account = new();

    protected override async Task<ISampleStore> StoreAsync() => new BlobSampleStore(await account.FolderAsync());

    protected override async Task DamageAsync(string drill, string burst, string text)
    {
        var blob = await account.BlobAsync($"{drill}/{burst}");
        var content = (await blob.DownloadContentAsync()).Value.Content.ToString();
        await blob.UploadAsync(BinaryData.FromString(content + text), overwrite: true);
    }
}

[Trait("Category", "Integration")]
public sealed class BlobReportStoreFacts : ReportStoreFacts
{
    private readonly TestAccount account = new();

    protected override async Task<IReportStore> StoreAsync() => new BlobReportStore(await account.FolderAsync(), await account.FolderAsync());
}

[Trait("Category", "Integration")]
public sealed class BlobCampaignStoreFacts : CampaignStoreFacts
{
    private readonly TestAccount account = new();

    protected override async Task<ICampaignStore> StoreAsync() => new BlobCampaignStore(await account.FolderAsync());

    protected override async Task PutAsync(string name, string content) =>
        await (await account.BlobAsync(name)).UploadAsync(BinaryData.FromString(content));
}

[Trait("Category", "Integration")]
public sealed class BlobStoresTests
{
    [SkippableFact]
    public async Task TwoHosts_InOneAccount_ShareReportsAndNotTickets()
    {
        var connection = (await AzuriteServer.SharedAsync()).Connection;
        var drill = $"d-{Guid.NewGuid():N}";
        var (one, other) = (BlobStores.Open(connection, $"{drill}-one/"), BlobStores.Open(connection, ""));
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await one.Tickets.TryOpenAsync(new($"{drill}.a", drill, "orders", new Kill("a"), now, now, now), default);
        await one.Reports.WriteTextAsync(drill, ReportFiles.Markdown, "report", default);

        Assert.Single((await one.Tickets.ListOpenAsync(default)).Tickets);
        Assert.DoesNotContain((await other.Tickets.ListOpenAsync(default)).Tickets, ticket => ticket.DrillId == drill);
        Assert.NotNull(await other.Reports.ReadAsync(drill, ReportFiles.Markdown, default));
    }

    [SkippableFact]
    public async Task Refused_NamesTheBlobTheStatusAndNoKey()
    {
        var connection = (await AzuriteServer.SharedAsync()).Connection;
        var wrong = System.Text.RegularExpressions.Regex.Replace(connection, "AccountKey=[^;]*", "AccountKey=c2VjcmV0LXdyb25nLWtleQ==");

        var error = await Assert.ThrowsAsync<IOException>(() => BlobStores.Open(wrong, "").Reports.WriteTextAsync("d", "report.md", "x", default));

        Assert.StartsWith("cannot write the blob devstoreaccount1/reports/d/report.md: 403 AuthorizationFailure", error.Message);
        Assert.DoesNotContain("c2VjcmV0", error.ToString());
    }

    [Theory]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=x;AccountKey=s3cret")]
    [InlineData("s3cret")]
    public void Open_WithWhatIsNoConnection_SaysSoAndDoesNotRepeatIt(string connection)
    {
        var error = Assert.Throws<FormatException>(() => BlobStores.Open(connection, ""));

        Assert.DoesNotContain("s3cret", error.ToString());
    }
}
