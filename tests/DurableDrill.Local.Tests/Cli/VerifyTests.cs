using System.IO.Compression;
using System.Text;

namespace DurableDrill.Local.Tests.Cli;

/// <summary>Two lists of ids through the command line: counts, intervals and exit codes.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly DrillProgram drill = new();

    public void Dispose() => drill.Dispose();

    [Fact]
    public async Task Verify_SameIdsInAnotherOrder_PassesAndExits0()
    {
        var run = await VerifyAsync(["o-1", "o-2", "o-3"], ["o-3", "o-1", "o-2"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, run.Json().GetProperty("delivered").GetInt64());
    }

    [Fact]
    public async Task Verify_LostDoubledAndUnexpected_AreCountedNamedAndExit1()
    {
        var run = await VerifyAsync(["o-1", "o-2", "o-3", "o-4"], ["o-1", "o-4", "o-4", "x"]);

        Assert.Equal(1, run.ExitCode);
        var json = run.Json();
        Assert.Equal(
            [4, 2, 2, 1, 1],
            new[] { "expected", "delivered", "lost", "duplicated", "unexpected" }.Select(name => json.GetProperty(name).GetInt64()));
        var lost = json.GetProperty("classes").GetProperty("lost").GetProperty("intervals")[0];
        Assert.Equal(("o-2", "o-3"), (lost.GetProperty("first").GetString(), lost.GetProperty("last").GetString()));
    }

    [Fact]
    public async Task Verify_DoubledUnderAtLeastOnce_IsToldAndPasses()
    {
        var run = await VerifyAsync(["1"], ["1", "1"], "--guarantee", "at-least-once");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, run.Json().GetProperty("duplicated").GetInt64());
    }

    [Fact]
    public async Task Verify_NothingExpected_NeverPasses() => Assert.Equal(4, (await VerifyAsync([], [])).ExitCode);

    [Fact]
    public async Task Verify_GzipFile_IsReadAsItsContent()
    {
        var packed = Path.Combine(drill.Home, "packed.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.ASCII.GetBytes("1\n2\n"));
        }

        var run = await drill.RunAsync("verify", "--expected", packed, "--actual", drill.Write("actual", "2\n1\n"), "--json");

        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Verify_MissingFileOrGuarantee_IsSaidAndExits2()
    {
        var missing = await drill.RunAsync("verify", "--expected", "nowhere", "--actual", "nowhere", "--json");
        var wrong = await VerifyAsync(["1"], ["1"], "--guarantee", "maybe");

        Assert.Equal([2, 2], new[] { missing.ExitCode, wrong.ExitCode });
        Assert.Contains("nowhere", Assert.Single(missing.Errors()));
        Assert.Contains(wrong.Errors(), message => message.Contains("at-least-once", StringComparison.Ordinal));
    }

    private Task<DrillRun> VerifyAsync(string[] expected, string[] actual, params string[] more) => drill.RunAsync(
    [
        "verify", "--expected", drill.Write("expected", string.Concat(expected.Select(id => id + "\n"))),
        "--actual", drill.Write("actual", string.Concat(actual.Select(id => id + "\n"))), "--json", .. more,
    ]);
}
