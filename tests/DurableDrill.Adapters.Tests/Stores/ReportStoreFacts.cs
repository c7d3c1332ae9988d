using System.Text;
using DurableDrill.Reports;

namespace DurableDrill.Adapters.Tests.Stores;

/// <summary>What every <see cref="IReportStore"/> does. A subclass says where the documents lie.</summary>
public abstract class ReportStoreFacts
{
    [SkippableFact]
    public async Task Read_OfWhatWasWritten_GivesItBackToTheByte()
    {
        var store = await StoreAsync();
        byte[] content = [0, 1, 0xff, .. Encoding.UTF8.GetBytes("é\r\n")];

        await store.WriteAsync("d1", "junit.xml", content, default);

        Assert.Equal(content, await (await StoreAsync()).ReadAsync("d1", "junit.xml", default));
        Assert.EndsWith("d1/junit.xml", store.Locate("d1", "junit.xml"));
    }

    [SkippableFact]
    public async Task Write_OfANameAgain_ReplacesItWithoutARest()
    {
        var store = await StoreAsync();
        await store.WriteTextAsync("d1", ReportFiles.Markdown, "a long first version", default);
        await store.WriteTextAsync("d1", ReportFiles.Markdown, "short", default);

        Assert.Equal("short", Encoding.UTF8.GetString((await store.ReadAsync("d1", ReportFiles.Markdown, default))!));
    }

    [SkippableFact]
    public async Task Read_OfWhatIsNotThere_IsNull()
    {
        var store = await StoreAsync();
        Assert.Null(await store.ReadAsync("d1", ReportFiles.Json, default));

        await store.WriteTextAsync("d1", ReportFiles.Markdown, "x", default);

        Assert.Null(await store.ReadAsync("d1", ReportFiles.Json, default));
        Assert.Null(await store.ReadAsync("d2", ReportFiles.Markdown, default));
    }

    [SkippableFact]
    public async Task Create_ByManyAtOnce_IsWonByOneAndItsContentStays()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StoreAsync()));

        var won = await Task.WhenAll(stores.Select((store, writer) => Task.Run(() =>
            store.TryCreateAsync("d1", ReportFiles.Request, Encoding.UTF8.GetBytes($"{writer}"), default))));

        Assert.Single(won, true);
        Assert.Equal($"{Array.IndexOf(won, true)}", Encoding.UTF8.GetString((await stores[0].ReadAsync("d1", ReportFiles.Request, default))!));
        Assert.False(await stores[0].TryCreateAsync("d1", ReportFiles.Request, "again"u8.ToArray(), default));
    }

    [SkippableFact]
    public async Task Write_WhileAnotherReads_IsSeenWholeOrNotAtAll()
    {
        var store = await StoreAsync();
        await store.WriteTextAsync("d1", "a", new string('0', 100_000), default);
        var writing = Task.Run(async () =>
        {
            for (var round = 1; round < 10; round++)
            {
                await store.WriteTextAsync("d1", "a", new string((char)('0' + round), 100_000 + round), default);
            }
        });
        while (!writing.IsCompleted)
        {
            var read = Encoding.UTF8.GetString((await store.ReadAsync("d1", "a", default))!);
            Assert.Equal(new string(read[0], 100_000 + (read[0] - '0')), read);
        }

        await writing;
    }

    /// <summary>A store over this test's own place.</summary>
    protected abstract Task<IReportStore> StoreAsync();
}
