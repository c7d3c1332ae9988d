using System.Net.Sockets;

namespace DurableDrill.TestServers;

/// <summary>An Azurite of its own, from npm, on free ports; its data goes with it.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    // Azurite's one account, with the key that its documentation gives to everybody.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly Lazy<Task<AzuriteServer>> One = new(StartAsync);

    private readonly ServerProcess process;
    private readonly string folder;

    private AzuriteServer(ServerProcess process, string folder, int blobs, int queues, int tables)
    {
        this.process = process;
        this.folder = folder;
        Connection = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Endpoint(blobs)};"
            + $"QueueEndpoint={Endpoint(queues)};TableEndpoint={Endpoint(tables)};";

        static string Endpoint(int port) => $"http://127.0.0.1:{port}/{Account}";
    }

    /// <summary>The connection string.</summary>
    public string Connection { get; }

    /// <summary>The one server of this test process; each test takes names of its own. Nobody stops it.</summary>
    public static Task<AzuriteServer> SharedAsync() => One.Value;

    /// <summary>A server for one test, which may stop it.</summary>
    public static async Task<AzuriteServer> StartAsync()
    {
        var azurite = Need.Of(
            Need.Above("node_modules/azurite/dist/src/azurite.js"), "Azurite is not here: 'npm ci' in the repository's folder brings it");
        var folder = ServerProcess.NewFolder("azurite");
        var (blobs, queues, tables) = (ServerProcess.FreePort(), ServerProcess.FreePort(), ServerProcess.FreePort());
        var process = ServerProcess.Start(folder, "azurite",
        [
            "node", azurite, "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobHost", "127.0.0.1", "--blobPort", $"{blobs}", "--queueHost", "127.0.0.1", "--queuePort", $"{queues}",
            "--tableHost", "127.0.0.1", "--tablePort", $"{tables}",
        ]);
        foreach (var port in new[] { blobs, queues, tables })
        {
            await process.WaitUntilAsync(async () =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port);
            });
        }

        return new(process, folder, blobs, queues, tables);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await process.StopAsync(9);
        Directory.Delete(folder, recursive: true);
    }
}
