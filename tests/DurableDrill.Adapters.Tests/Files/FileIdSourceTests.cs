using System.IO.Compression;
using System.Text;
using DurableDrill.Adapters.Tests.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Tests.Files;

public class FileIdSourceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_LinesOfAnyKind_AreIds(bool gzip)
    {
        var path = Path.GetTempFileName();
        await using (Stream file = File.Create(path), packed = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file)
        {
            await packed.WriteAsync(Encoding.UTF8.GetBytes("p1-1\r\n\n007\ngrün\nlast"));
        }

        Assert.Equal(["p1-1", "007", "grün", "last"], (await Reading.AllAsync(Reading.Spec("file", path))).Select(record => record.Id));
        File.Delete(path);
    }

    [Fact]
    public async Task Read_TornGzip_IsAnError()
    {
        var path = Path.GetTempFileName();
        using (var packed = new MemoryStream())
        {
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(1, 10_000))));
            }

            File.WriteAllBytes(path, packed.ToArray()[..2000]);
        }

        await Assert.ThrowsAsync<IdSourceException>(() => Reading.AllAsync(Reading.Spec("file", path)));
        File.Delete(path);
    }
}
