using System.Net;
using System.Net.Sockets;
using System.Text;
using DurableDrill.Adapters.Docker;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Docker;

public sealed class DockerEngineTests
{
    [Fact]
    public async Task Get_FromADeadSocket_NamesItAndTheReason()
    {
        using var engine = new DockerEngine("unix:///nowhere/docker.sock");

        var error = await Assert.ThrowsAsync<TargetException>(() => engine.GetAsync<EngineInfo>("info", CancellationToken.None));

        Assert.Contains("unix:///nowhere/docker.sock", error.Message);
    }

    [Fact]
    public void Host_OfAnUnknownForm_IsRefused() => Assert.Contains("ssh", Assert.Throws<TargetException>(() => new DockerEngine("ssh://host")).Message);

    [Theory]
    [InlineData("1.41", "1.12", "v1.41")]
    [InlineData("1.99", "1.24", "v1.47")]
    public async Task Version_IsTheNewestThatBothKnow(string newest, string oldest, string spoken)
    {
        using var fake = new FakeEngine(newest, oldest, "200 OK", """{"Driver":"overlay2"}""");
        using var engine = new DockerEngine(fake.Host);

        await engine.GetAsync<EngineInfo>("info", CancellationToken.None);

        Assert.Equal(["/version", $"/{spoken}/info"], fake.Paths);
    }

    [Theory]
    [InlineData("1.24", "1.12")]
    [InlineData("2.5", "2.0")]
    public async Task Version_ThatNobodyShares_IsRefused(string newest, string oldest)
    {
        using var fake = new FakeEngine(newest, oldest, "200 OK", "{}");
        using var engine = new DockerEngine(fake.Host);

        Assert.Contains(newest, (await Assert.ThrowsAsync<TargetException>(() => engine.GetAsync<EngineInfo>("info", CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Refusal_CarriesTheEnginesWords()
    {
        using var fake = new FakeEngine("1.41", "1.12", "500 Internal Server Error", """{"message":"port is already allocated"}""");
        using var engine = new DockerEngine(fake.Host);

        var error = await Assert.ThrowsAsync<EngineException>(() => engine.PostAsync("containers/x/start", null, CancellationToken.None));

        Assert.Equal("docker: POST v1.41/containers/x/start answered 500: port is already allocated", error.Message);
    }

    [Theory]
    [InlineData("01 00 00 00 00 00 00 02 68 69 02 00 00 00 00 00 00 01 21", "hi", "!")]
    [InlineData("68 69", "hi", "")]
    [InlineData("01 00 00 00 00 00 00 09 68 69", "hi", "")]
    [InlineData("", "", "")]
    public void Output_IsTakenOutOfItsFrames(string hex, string output, string error) =>
        Assert.Equal((output, error), ContainerOutput.Parse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("01 00 00 00 00 00 00 04 68 69 0a 68 02 00 00 00 00 00 00 02 21 0a 01 00 00 00 00 00 00 01 6f", "hi,ho", "!\n")]
    [InlineData("68 69 0a 68 6f 0a 68 69 0a 68 6f 0a", "hi,ho,hi,ho", "")]
    [InlineData("68 69", "hi", "")]
    [InlineData("", "", "")]
    public async Task Lines_AreTakenOutOfTheirFrames_WhileTheyCome(string hex, string lines, string error)
    {
        var errors = new StringBuilder();
        Assert.Equal(lines.Split(',', StringSplitOptions.RemoveEmptyEntries), await LinesAsync(hex, errors));
        Assert.Equal(error, errors.ToString());
    }

    [Fact]
    public async Task Lines_OfAPieceThatIsCutShort_AreNotTakenForAll() =>
        await Assert.ThrowsAsync<EndOfStreamException>(() => LinesAsync("01 00 00 00 00 00 00 09 68 69 0a", errors: null));

    private static async Task<List<string>> LinesAsync(string hex, StringBuilder? errors)
    {
        var lines = new List<string>();
        await foreach (var line in ContainerOutput.LinesAsync(
            new MemoryStream(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))), errors, CancellationToken.None))
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Answers /version, then everything else the same way.</summary>
    private sealed class FakeEngine : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<string> paths = [];

        public FakeEngine(string newest, string oldest, string status, string body)
        {
            listener.Start();
            _ = ServeAsync($$"""{"Version":"x","ApiVersion":"{{newest}}","MinAPIVersion":"{{oldest}}"}""", status, body);
        }

        public string Host => $"tcp://{listener.LocalEndpoint}";

        public IReadOnlyList<string> Paths => paths;

        public void Dispose() => listener.Dispose();

        private async Task ServeAsync(string version, string status, string body)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await using var stream = client.GetStream();
                    using var reader = new StreamReader(stream);
                    var path = (await reader.ReadLineAsync())!.Split(' ')[1];
                    paths.Add(path);
                    while (await reader.ReadLineAsync() is { Length: > 0 })
                    {
                    }

                    var (code, text) = path == "/version" ? ("200 OK", version) : (status, body);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 {code}\r\nContent-Type: application/json\r\nContent-Length: {text.Length}\r\nConnection: close\r\n\r\n{text}"));
                }
            }
            catch (SocketException)
            {
                // Disposed.
            }
        }
    }
}
