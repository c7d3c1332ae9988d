using DurableDrill.Adapters.Tests.Sources;

namespace DurableDrill.Adapters.Tests.Commands;

[Trait("Category", "Integration")]
public sealed class CommandProbeTests
{
    [Fact]
    public async Task Read_Number_IsRead()
    {
        await using var probe = Source.Probe("command", "expr 40 + 2");
        Assert.Equal(42, await probe.ReadAsync());
    }

    [Theory]
    [InlineData("echo no db >&2; exit 3", "ended with 3: no db")]
    [InlineData("echo many", "printed no number but \"many\"")]
    [InlineData("nowhere-to-be-found", "ended with 127: ")]
    public async Task Read_NoNumber_IsAGapWithTheEvidence(string command, string reason)
    {
        await using var probe = Source.Probe("command", command);
        Assert.Contains(reason, await probe.GapAsync());
    }

    [Fact]
    public async Task Read_GivenUp_LeavesNoProcessBehind()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "pid");
        await using var probe = Source.Probe("command", $"sh -c 'echo $$ > {file}.new && mv {file}.new {file}; sleep 60'; true");
        using var patience = new CancellationTokenSource();
        var reading = probe.ReadAsync(patience.Token).AsTask();
        while (!File.Exists(file))
        {
            await Task.Delay(20);
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        var pid = int.Parse(await File.ReadAllTextAsync(file));
        await Eventually.EqualAsync(0, () => Task.FromResult(Directory.Exists($"/proc/{pid}") && !IsZombie(pid) ? 1.0 : 0));
        folder.Delete(recursive: true);
    }

    private static bool IsZombie(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
