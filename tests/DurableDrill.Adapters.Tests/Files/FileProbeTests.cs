using DurableDrill.Adapters.Tests.Sources;

namespace DurableDrill.Adapters.Tests.Files;

public sealed class FileProbeTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("number", " 12.5\n", 12.5)]
    [InlineData("$.lag", """{"lag":3}""", 3)]
    [InlineData("bytes", "12345", 5)]
    [InlineData("lines", "a\nb\nhalf", 2)]
    public async Task Read_Value_IsThatOfTheFile(string value, string content, double expected)
    {
        await File.WriteAllTextAsync(path, content);
        await using var probe = Source.Probe("file", path, ("value", value));
        Assert.Equal(expected, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_Lines_FollowsGrowthAndStartsAnewWhenCutOff()
    {
        await using var probe = Source.Probe("file", path, ("value", "lines"));
        Assert.Equal(0, await probe.ReadAsync());
        await File.AppendAllTextAsync(path, "a\nb");
        Assert.Equal(1, await probe.ReadAsync());
        await File.AppendAllTextAsync(path, "\nc\n");
        Assert.Equal(3, await probe.ReadAsync());
        await File.WriteAllTextAsync(path, "x\n");
        Assert.Equal(1, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_ModificationTime_IsInSecondsSince1970()
    {
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_700_000_000));
        await using var probe = Source.Probe("file", path, ("value", "mtime"));
        Assert.Equal(1_700_000_000, await probe.ReadAsync());
    }

    [Fact]
    public async Task Read_NotWrittenForLongerThanMaxAge_IsAGapUntilItIsWritten()
    {
        await File.WriteAllTextAsync(path, "5");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        await using var probe = Source.Probe("file", path, ("max_age", "10m"));
        Assert.Matches("it was last written 36\\d\\d s ago: it no longer moves", await probe.GapAsync());
        await File.WriteAllTextAsync(path, "5");
        Assert.Equal(5, await probe.ReadAsync());
    }

    [Theory]
    [InlineData("number")]
    [InlineData("lines")]
    [InlineData("bytes")]
    [InlineData("mtime")]
    public async Task Read_NoSuchFile_IsAGapThatNamesIt(string value)
    {
        await using var probe = Source.Probe("file", path + ".none", ("value", value));
        Assert.StartsWith($"file {path}.none: ", await probe.GapAsync());
    }

    [Fact]
    public async Task Read_NoNumber_IsAGapThatQuotesIt()
    {
        await File.WriteAllTextAsync(path, "starting");
        await using var probe = Source.Probe("file", path);
        Assert.Equal($"file {path}: it holds no number but \"starting\"", await probe.GapAsync());
    }

    [Fact]
    public void Validate_UnknownValue_NamesWhatIsAllowed() => Assert.Equal(
        ["signals.s.value is \"rows\"; allowed: number, lines, bytes, mtime, a JSON path such as $.lag"],
        Source.Mistakes("file", path, ("value", "rows")));
}
