using DurableDrill.Adapters.Files;
using DurableDrill.Campaigns;
using DurableDrill.Faults;
using DurableDrill.Reports;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Tests.Stores;

public sealed class FileFaultLedgerFacts : FaultLedgerFacts, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("drill-tickets-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override Task<IFaultLedger> LedgerAsync() => Task.FromResult<IFaultLedger>(new FileFaultLedger(folder));

    protected override Task PutAsync(string name, string content) => File.WriteAllTextAsync(Path.Combine(folder, name), content);

    protected override Task CopyAsync(string from, string to)
    {
        File.Copy(Path.Combine(folder, from), Path.Combine(folder, to));
        return Task.CompletedTask;
    }
}

public sealed class FileSampleStoreFacts : SampleStoreFacts, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("drill-samples-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    protected override Task<ISampleStore> StoreAsync() => Task.FromResult<ISampleStore>(new FileSampleStore(root));

    protected override Task DamageAsync(string drill, string burst, string text) =>
        File.AppendAllTextAsync(Path.Combine(root, drill, "samples", burst), text);
}

public sealed class FileReportStoreFacts : ReportStoreFacts, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("drill-reports-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    protected override Task<IReportStore> StoreAsync() => Task.FromResult<IReportStore>(new FileReportStore(root));
}

public sealed class FileCampaignStoreFacts : CampaignStoreFacts, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("drill-campaigns-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    protected override Task<ICampaignStore> StoreAsync() => Task.FromResult<ICampaignStore>(new FileCampaignStore(root));

    protected override Task PutAsync(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
        return File.WriteAllTextAsync(Path.Combine(root, name), content);
    }
}
