using System.IO.Compression;
using System.Text;
using System.Text.Json;
using DurableDrill.Adapters.Files.Verification;
using DurableDrill.Integrity;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Files.Verification;

public sealed class FileVerificationTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    [Fact]
    public void Run_LostDuplicatedAndUnexpected_CountsAndListsThem()
    {
        var result = Run("p1-1\np1-2\np1-3\np1-4\n", "p1-1\np1-4\np1-4\np9-1\n");

        Assert.Equal(IntegrityStatus.Failed, result.Status);
        Assert.Equal((4, 2, 2, 1, 1), (result.Expected, result.Delivered, result.Lost, result.Duplicated, result.Unexpected));
        Assert.Equal([new("p1-2", "p1-3", 2)], result.Classes[IdClass.Lost].Intervals);
        Assert.Equal(["2 lost", "1 duplicated, against the guarantee", "1 unexpected"], result.Reasons);
    }

    [Fact]
    public void Run_TheSameIdsInAnotherOrder_Passes()
    {
        var ids = Enumerable.Range(1, 100_000).Select(number => $"p1-{number:D12}\n").ToList();

        var result = Run(string.Concat(ids), string.Concat(ids.AsEnumerable().Reverse()));

        Assert.Equal(IntegrityStatus.Passed, result.Status);
        Assert.Equal([new("p1-000000000001", "p1-000000100000", 100_000)], result.Classes[IdClass.Delivered].Intervals);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\n\r\n", "")]
    public void Run_NothingExpected_NeverPasses(string expected, string actual)
    {
        var result = Run(expected, actual);

        Assert.Equal(IntegrityStatus.Inconclusive, result.Status);
        Assert.Equal(["no id was expected: that proves nothing"], result.Reasons);
    }

    [Theory]
    [InlineData("7\n", "007\n")]
    [InlineData("p1-10\n", "p1-010\n")]
    [InlineData("9223372036854775808\n", "9223372036854775809\n")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000\n", "550E8400-E29B-41D4-A716-446655440000\n")]
    [InlineData("a\n", "a \n")]
    public void Run_IdsWhoseBytesDiffer_AreTwo(string expected, string actual)
    {
        var result = Run(expected, actual);

        Assert.Equal((1, 0, 1, 1), (result.Expected, result.Delivered, result.Lost, result.Unexpected));
    }

    [Fact]
    public void Run_LineEndsOfAnyKind_DoNotBelongToTheId()
    {
        var result = Run("p1-1\r\np1-2\n\n\r\np1-3", "p1-1\np1-2\r\np1-3\r");

        Assert.Equal((3, 3, 2), (result.Expected, result.Delivered, result.EmptyLines));
        Assert.Equal(IntegrityStatus.Passed, result.Status);
    }

    [Fact]
    public void Run_BytesThatAreNoUtf8_AreStillToldApart()
    {
        File.WriteAllBytes(Path("expected"), [0xff, (byte)'\n', 0xfe, (byte)'\n']);
        File.WriteAllBytes(Path("actual"), [0xfe, (byte)'\n']);

        Assert.Equal((2, 1, 1), Result() is var result ? (result.Expected, result.Delivered, result.Lost) : default);
    }

    [Fact]
    public void Run_Gzip_IsReadAsItsContent()
    {
        File.WriteAllText(Path("actual"), "p1-1\n");
        using (var gzip = new GZipStream(File.Create(Path("expected")), CompressionLevel.Fastest))
        {
            gzip.Write("p1-1\np1-2\n"u8);
        }

        Assert.Equal(1, Result().Lost);
    }

    [Fact]
    public void Run_TornGzip_IsAnErrorAndNoLoss()
    {
        File.WriteAllText(Path("expected"), "p1-1\n");
        using (var packed = new MemoryStream())
        {
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(1, 10_000))));
            }

            File.WriteAllBytes(Path("actual"), packed.ToArray()[..2000]);
        }

        Assert.Contains(Path("actual"), Assert.Throws<IdSourceException>(() => Result()).Message);
    }

    [Fact]
    public void Run_MissingFile_NamesIt()
    {
        File.WriteAllText(Path("expected"), "1\n");

        Assert.Contains(Path("actual"), Assert.Throws<IdSourceException>(() => Result()).Message);
    }

    [Fact]
    public void Run_AtLeastOnce_TellsDuplicatesAndPasses()
    {
        var result = Run("1\n", "1\n1\n", new() { Guarantee = Guarantee.AtLeastOnce });

        Assert.Equal((IntegrityStatus.Passed, 1), (result.Status, result.Duplicated));
    }

    [Fact]
    public void Run_MoreIntervalsThanTheResultHolds_AreAllInTheFile()
    {
        var lost = Enumerable.Range(0, 200_000).Where(number => number * 7919 % 10 < 3).ToHashSet();
        var result = Run(
            string.Concat(Enumerable.Range(0, 200_000).Select(number => $"p1-{number}\n")),
            string.Concat(Enumerable.Range(0, 200_000).Where(number => !lost.Contains(number)).Select(number => $"p1-{number}\n")),
            new() { IdsFolder = Path("ids"), MaxIntervals = 3 });

        var ids = result.Classes[IdClass.Lost];
        Assert.Equal((60_000, 3, true), (ids.Count, ids.Intervals.Count, ids.Truncated));
        Assert.Equal(lost.Order().Select(number => $"p1-{number}"), IdList.IdsOf(ids));
        Assert.True(new FileInfo(ids.File!).Length < 120_000, "rows of bits are shorter than 60,000 ids");
    }

    [Fact]
    public void Run_FolderForIdsCannotBeMade_NamesTheFile()
    {
        var error = Assert.Throws<IdSourceException>(() => Run("1\n3\n5\n", "", new() { IdsFolder = Path("expected"), MaxIntervals = 2 }));

        Assert.Contains("lost.ids", error.Message);
    }

    [Fact]
    public void Run_UuidsLostAndDoubled_AreFoundWhateverTheirOrder()
    {
        var uuids = Enumerable.Range(0, 20_000).Select(number => new Guid(number * 7919, 1, 2, 3, 4, 5, 6, 7, 8, 9, (byte)number).ToString()).ToList();

        var result = Run(string.Join('\n', uuids), string.Join('\n', uuids.Skip(5).Reverse().Append(uuids[77])), new() { MaxIntervals = 10 });

        Assert.Equal((20_000, 5, 1, 0), (result.Expected, result.Lost, result.Duplicated, result.Unexpected));
        Assert.Equal(uuids.Take(5).Order(StringComparer.Ordinal), result.Classes[IdClass.Lost].Intervals.Select(interval => interval.First));
    }

    [Fact]
    public void Result_AsJson_HasTheCountsByName()
    {
        var json = JsonSerializer.SerializeToElement(Run("1\n2\n", "1\n"), DrillJson.Options);

        Assert.Equal(
            """{"status":"failed","reasons":["1 lost"],"expected":2,"delivered":1,"lost":1,"duplicated":0,"unexpected":0,"expected_twice":0,"empty_lines":0,"""
            + "\"classes\":{\"delivered\":{\"count\":1,\"intervals\":[{\"first\":\"1\",\"last\":\"1\",\"count\":1}],\"truncated\":false},"
            + "\"lost\":{\"count\":1,\"intervals\":[{\"first\":\"2\",\"last\":\"2\",\"count\":1}],\"truncated\":false},"
            + "\"duplicated\":{\"count\":0,\"intervals\":[],\"truncated\":false},\"unexpected\":{\"count\":0,\"intervals\":[],\"truncated\":false}}}",
            json.GetRawText());
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    private FileVerificationResult Run(string expected, string actual, FileVerificationOptions? options = null)
    {
        File.WriteAllText(Path("expected"), expected);
        File.WriteAllText(Path("actual"), actual);
        return Result(options);
    }

    private FileVerificationResult Result(FileVerificationOptions? options = null) => FileVerification.Run(Path("expected"), Path("actual"), options ?? new());
}
