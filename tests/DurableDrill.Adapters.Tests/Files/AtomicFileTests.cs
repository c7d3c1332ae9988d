using DurableDrill.Adapters.Files;

namespace DurableDrill.Adapters.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("drill-files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Write_IntoMissingFolders_CreatesThemAndLeavesNothingElse()
    {
        var path = Path.Combine(folder, "a", "b", "ticket.json");

        await AtomicFile.WriteAsync(path, "{}", CancellationToken.None);

        Assert.Equal("{}", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Write_OverOldContent_ReplacesIt()
    {
        var path = Path.Combine(folder, "x.json");
        await AtomicFile.WriteAsync(path, "a long old text", CancellationToken.None);

        await AtomicFile.WriteAsync(path, "new", CancellationToken.None);

        Assert.Equal("new", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Write_WhoseWriterFails_LeavesTheOldContentAndNoTemporaryFile()
    {
        var path = Path.Combine(folder, "x.json");
        await AtomicFile.WriteAsync(path, "old", CancellationToken.None);

        await Assert.ThrowsAsync<IOException>(() => AtomicFile.WriteAsync(
            path,
            async stream =>
            {
                await stream.WriteAsync("half"u8.ToArray());
                throw new IOException("No space left on device");
            },
            CancellationToken.None));

        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task TryCreate_OfManyWritersAtOnce_OneWinsAndItsContentStays()
    {
        var path = Path.Combine(folder, "hold.json");

        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer =>
            Task.Run(() => AtomicFile.TryCreateAsync(path, writer.ToString(), CancellationToken.None))));

        var winner = Assert.Single(Enumerable.Range(0, 16), writer => won[writer]);
        Assert.Equal(winner.ToString(), await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void Delete_OfAMissingFile_IsFine() => AtomicFile.Delete(Path.Combine(folder, "none"));

    [Fact]
    public async Task Delete_OfAFile_RemovesIt()
    {
        var path = Path.Combine(folder, "x.json");
        await AtomicFile.WriteAsync(path, "{}", CancellationToken.None);

        AtomicFile.Delete(path);

        Assert.False(File.Exists(path));
    }
}
