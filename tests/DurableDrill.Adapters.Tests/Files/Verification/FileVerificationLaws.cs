using System.Globalization;
using System.Text;
using System.Text.Json;
using DurableDrill.Adapters.Files.Verification;
using DurableDrill.Integrity;
using FsCheck;
using FsCheck.Fluent;

namespace DurableDrill.Adapters.Tests.Files.Verification;

/// <summary>Whatever the ids look like and however the files are cut into pieces: what <see cref="NaiveVerification"/> says.</summary>
public class FileVerificationLaws
{
    private sealed record Case(byte[] Expected, byte[] Actual, int PieceSize, int BlockSize)
    {
        public override string ToString() => $"pieces of {PieceSize}, blocks of {BlockSize}\n{Encoding.Latin1.GetString(Expected)}\n---\n{Encoding.Latin1.GetString(Actual)}";
    }

    private static readonly Gen<string> OddId = Gen.Frequency(
        (6, from number in Gen.Choose(0, 60) select $"p1-{number:D12}"),
        (4, from number in Gen.Choose(262130, 262150) select $"p1-{number:D12}"),
        (4, from number in Gen.Choose(90, 110) select $"{number}"),
        (4, from number in Gen.Choose(0, 120) from width in Gen.Choose(1, 4) select number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0')),
        (2, from number in Gen.Choose(0, 20) select $"order-2026-11-21-eu-west-1-node-0042-{number}"),
        (2, from number in Gen.Choose(0, 9) select $"1844674407370955161{number}"),
        (2, from number in Gen.Choose(0, 30) select $"12300000000000000{number:D2}"),
        (1, from number in Gen.Choose(0, 30) select $"123{number}"),
        (2, from number in Gen.Choose(0, 9) select $"{number}00000000000000"),
        (3, from number in Gen.Choose(0, 9) select $"550e8400-e29b-41d4-a716-44665544000{number}"),
        (1, from number in Gen.Choose(0, 9) select $"550E8400-E29B-41D4-A716-44665544000{number}"),
        (1, from number in Gen.Choose(0, 9) select $"550E8400-e29b-41d4-a716-44665544000{number}"),
        (2, Gen.Elements("a", "A", " a", "p1-", "p1-x", "\u00c3\u00a91", "\0", "7 ", "-7", "p1-00000000000:", "p1-0000000000/1")));

    private static readonly Gen<string> End = Gen.Frequency((20, Gen.Constant("\n")), (3, Gen.Constant("\r\n")), (1, Gen.Constant("\n\n")), (1, Gen.Constant("\r\r\n")));

    private static readonly Gen<string> OddLines =
        from ids in Gen.ListOf(from id in OddId from end in End select id + end)
        from last in Gen.Elements("", "p1-000000000007", "7", "7\r")
        select string.Concat(ids) + last;

    /// <summary>A sequence in order or not, with holes, some of it twice: enough to fill buckets and to have a prefix known.</summary>
    private static readonly Gen<string> Sequence =
        from prefix in Gen.Elements("", "p1-", "p2-", "producer.", "000", "12345678901234567890123456789012x")
        from width in Gen.Elements(0, 0, 6, 12, 15)
        from start in Gen.Elements(0, 95, 262_000, 999_990, 4_294_967_290L, 1_795_246_551_000L)
        from count in Gen.Choose(0, 600)
        from step in Gen.Elements(1, 1, 3, 70_001, 5_000_011)
        from keep in Gen.Choose(1, 4)
        from again in Gen.Choose(1, 9)
        from end in Gen.Elements("\n", "\n", "\r\n")
        from ordered in Gen.Elements(true, false)
        select string.Concat(Enumerable.Range(0, count)
            .Select(at => ordered ? at : at * 7919 % count)
            .Where(at => at % keep != 1)
            .SelectMany(at => Enumerable.Repeat(at, at % again == 1 ? 2 : 1))
            .Select(at => prefix + (start + (long)at * step).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0') + end));

    private static readonly Gen<byte[]> Content =
        from parts in Gen.ListOf(Gen.OneOf(OddLines, Sequence), 3)
        select Encoding.Latin1.GetBytes(string.Concat(parts));

    private static readonly Gen<Case> Cases =
        from expected in Content
        from actual in Gen.OneOf(Content, Gen.Constant(expected), from more in Content select (byte[])[.. expected, .. "\n"u8, .. more])
        from piece in Gen.Elements(1, 7, 64, 1000, 1 << 20)
        from block in Gen.Elements(64, 256, 1 << 16)
        select new Case(expected, actual, piece, block);

    [Fact]
    public void Run_AnyFiles_IsWhatSetsOfTextsSay() =>
        Prop.ForAll(Cases.ToArbitrary(), files => Holds(files, result => Agrees(result, new(files.Expected, files.Actual))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void WriteTo_AnyResult_IsWhatTheSerializerWrites() =>
        Prop.ForAll(Cases.ToArbitrary(), files => Holds(files, result => Written(result) == JsonSerializer.Serialize(result, DrillJson.Indented)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(50));

    private static bool Agrees(FileVerificationResult result, NaiveVerification naive) =>
        result.Expected == naive.Expected && result.ExpectedTwice == naive.ExpectedTwice
        && result.Delivered == naive.Ids[IdClass.Delivered].Count && result.Lost == naive.Ids[IdClass.Lost].Count
        && result.Duplicated == naive.Ids[IdClass.Duplicated].Count && result.Unexpected == naive.Ids[IdClass.Unexpected].Count
        && naive.Ids.All(entry => IdList.IdsOf(result.Classes[entry.Key]).ToHashSet().SetEquals(entry.Value));

    private static string Written(FileVerificationResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = DrillJson.Encoder }))
        {
            result.WriteTo(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static bool Holds(Case files, Func<FileVerificationResult, bool> law)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (expected, actual) = (Path.Combine(folder.FullName, "expected"), Path.Combine(folder.FullName, "actual"));
            File.WriteAllBytes(expected, files.Expected);
            File.WriteAllBytes(actual, files.Actual);
            var options = new FileVerificationOptions { MaxIntervals = 2, IdsFolder = Path.Combine(folder.FullName, "ids") };
            return law(FileVerification.Run(expected, actual, options, files.PieceSize, files.BlockSize));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
