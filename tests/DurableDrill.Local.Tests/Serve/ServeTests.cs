using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>The HTTP API end to end, against a real <c>drill serve</c> and real processes.</summary>
[Trait("Category", "Integration")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ServeTests : IAsyncLifetime
{
    private readonly Served served = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await served.DisposeAsync();

    [Fact]
    public async Task TwoHundredStarts_OnOneTarget_AreOneDrillAndTheOthersAreToldWhoHoldsIt()
    {
        await served.UpAsync();
        await served.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var response = await served.PostAsync("/api/drills", Served.Order("shop", "quick"));
            return (Status: (int)response.StatusCode, Body: await response.Content.ReadFromJsonAsync<JsonElement>());
        }));

        var id = Assert.Single(answers, answer => answer.Status == 202).Body.GetProperty("drill_id").GetString();
        Assert.Equal(199, answers.Count(answer => answer.Status == 409 && answer.Body.GetProperty("holder").GetProperty("owner").GetString() == id));
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("GET", "/api/drills/unknown", 404)]
    [InlineData("GET", "/api/drills/unknown/report.html", 404)]
    [InlineData("GET", "/api/drills/%2e%2e%2f%2e%2e%2fetc%2fpasswd/report", 404)]
    [InlineData("GET", "/api/campaigns/%2e%2e%2fx", 404)]
    [InlineData("GET", "/api/targets/%ff", 404)]
    [InlineData("GET", "/api/drills?limit=lots", 422)]
    [InlineData("GET", "/api/comparisons?side=a&side=b", 422)]
    [InlineData("DELETE", "/api/drills", 405)]
    [InlineData("PATCH", "/api/health", 405)]
    [InlineData("POST", "/api/campaigns/unknown/run", 404)]
    public async Task Ask_ForWhatIsNotThere_IsAProblemDocument(string method, string path, int status)
    {
        await served.StartAsync();
        using var request = new HttpRequestMessage(new(method), new Uri(served.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        using var response = await served.Http.SendAsync(request);

        await AssertProblemAsync(response, status);
    }

    [Fact]
    public async Task Post_OfWhateverIsWrong_IsARefusalAndNeverAServerError()
    {
        await served.UpAsync();
        await served.StartAsync();
        (string Body, string Type, int Status)[] wrong =
        [
            ("{ \"target\": ", "application/json", 400),
            ("\u0000", "application/json", 400),
            ("- a\n- b", "application/yaml", 400),
            ("a: &a [*a]", "application/yaml", 422),
            (new string('[', 100_000), "application/json", 400),
            ("[]", "application/json", 400),
            ("null", "application/json", 400),
            ("{}", "application/json", 422),
            ("""{ "target": 5, "drill": true, "hold": [], "seed": {} }""", "application/json", 422),
            ("""{ "target": "elsewhere", "drill": "quick" }""", "application/json", 422),
            ("""{ "target": "shop", "drill": "quack" }""", "application/json", 422),
            ("""{ "target": "shop", "plan": { "name": "x", "faults": [ { "stop": "worker", "for": "1s" } ], "signals": { "stored": { "command": "rm -rf /" } } } }""", "application/json", 422),
            (Served.Order("shop", "quick"), "text/plain", 415),
            (Served.Order("shop", "quick"), "multipart/form-data", 415),
            (new string(' ', 10 * 1024 * 1024), "application/json", 413),
        ];
        foreach (var (body, type, status) in wrong)
        {
            using var response = await served.PostAsync("/api/drills", body, type: type);
            await AssertProblemAsync(response, status);
        }

        Assert.Empty((await served.GetAsync("/api/drills")).GetProperty("drills").EnumerateArray());
    }

    [Fact]
    public async Task Ask_FromAnotherSitesPage_IsRefused()
    {
        await served.StartAsync();

        foreach (var (header, value) in new[] { ("Origin", "https://elsewhere.example"), ("Origin", "null"), ("Host", "elsewhere.example") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/drills");
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await served.Http.SendAsync(request);
            await AssertProblemAsync(response, 403);
        }
    }

    [Fact]
    public async Task Serve_WhereOtherMachinesReachIt_MakesATokenThatEveryRouteButHealthNeeds()
    {
        await served.StartAsync("--bind", "0.0.0.0");
        var file = Path.Combine(served.Program.Home, "serve", "token");
        var token = (await File.ReadAllTextAsync(file)).Trim();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(token, served.Said);
        Assert.Equal(HttpStatusCode.OK, (await served.Http.GetAsync("/api/health")).StatusCode);
        using (var refused = await served.Http.GetAsync("/api/drills"))
        {
            await AssertProblemAsync(refused, 401);
            Assert.Contains("Bearer", refused.Headers.WwwAuthenticate.ToString());
        }

        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{token}"));
        (AuthenticationHeaderValue Header, HttpStatusCode Status)[] tries =
        [
            (new("Bearer", token), HttpStatusCode.OK), (new("Basic", basic), HttpStatusCode.OK), (new("Bearer", token + "x"), HttpStatusCode.Unauthorized),
            (new("Bearer", token[1..]), HttpStatusCode.Unauthorized), (new("Basic", "%%%"), HttpStatusCode.Unauthorized), (new("Digest", token), HttpStatusCode.Unauthorized),
        ];
        foreach (var (header, status) in tries)
        {
            served.Http.DefaultRequestHeaders.Authorization = header;
            Assert.Equal(status, (await served.Http.GetAsync("/")).StatusCode);
        }

        var listed = await served.Program.RunAsync("list", "--server", served.Url, "--token", $"file:{file}", "--json");
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal(2, (await served.Program.RunAsync("list", "--server", served.Url, "--json")).ExitCode);
    }

    [Fact]
    public async Task Serve_OfAHomeThatIsServed_IsRefused()
    {
        await served.StartAsync();

        var second = await served.Program.RunAsync("serve", "--json", "--port", "0");

        Assert.Equal(2, second.ExitCode);
        Assert.Contains("another drill serve", second.Errors().Single());
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}, not {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("   at ", text);
        Assert.Equal(status, JsonDocument.Parse(text).RootElement.GetProperty("status").GetInt32());
    }
}
