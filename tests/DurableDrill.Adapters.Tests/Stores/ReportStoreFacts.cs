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
    public async Task WriteLines_OfMany_GivesThemBackInOrderAndIsOneDocument()
    {
        var store = await StoreAsync();
        var lines = Enumerable.Range(0, 20_000).Select(line => $"\u00e9 {line}").ToList();
        await store.WriteTextAsync("d1", "ids/lost.txt", "what was there", default);

        await store.WriteLinesAsync("d1", "ids/lost.txt", lines.ToAsyncEnumerable(), default);

        Assert.Equal(lines, await store.ReadLinesAsync("d1", "ids/lost.txt", default).ToListAsync());
        Assert.Equal(string.Concat(lines.Select(line => line + "\n")), Encoding.UTF8.GetString((await store.ReadAsync("d1", "ids/lost.txt", default))!));
    }

    [SkippableFact]
    public async Task WriteLines_FromASourceThatBreaks_LeavesWhatWasThere()
    {
        var store = await StoreAsync();
        await store.WriteTextAsync("d1", "ids/lost.txt", "what was there\n", default);

        await Assert.ThrowsAsync<InvalidDataException>(() => store.WriteLinesAsync("d1", "ids/lost.txt", Breaking(), default));

        Assert.Equal(["what was there"], await store.ReadLinesAsync("d1", "ids/lost.txt", default).ToListAsync());

        static async IAsyncEnumerable<string> Breaking()
        {
            await Task.Yield();
            yield return "one";
            throw new InvalidDataException("broken");
        }
    }

    [SkippableFact]
    public async Task ReadLines_OfWhatIsNotThere_GivesNone() => Assert.Empty(await (await StoreAsync()).ReadLinesAsync("d1", "ids/lost.txt", default).ToListAsync());

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
