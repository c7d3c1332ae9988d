using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DurableDrill.Campaigns;
using DurableDrill.Documents;
using DurableDrill.Drills;
using DurableDrill.Plans;
using DurableDrill.Reports;
using DurableDrill.Targets;

namespace DurableDrill.Api;

/// <summary>
/// Starts a drill over HTTP.
/// <list type="number">
/// <item>With an Idempotency-Key the drill's id is made of the key, so the same key always means the same drill.</item>
/// <item>A request of this id that is there already decides: the same body gets that drill (scheduled now, if its host died before it was), another body 409.</item>
/// <item>The body is read: a target that this host holds, and one of its drills or a plan. It defines no command, URL or connection.</item>
/// <item>The target is taken, for a short while that preflight extends; a held one is 409 naming the holder.</item>
/// <item><c>request.json</c> is created, only if absent: of two starts with one key, one wins. Then the instance is scheduled.</item>
/// </list>
/// </summary>
internal sealed class DrillStarter(IDrillHost host)
{
    /// <summary>Until preflight takes the target for as long as the drill may last. What a host that dies here leaves behind is gone then.</summary>
    public static TimeSpan FirstHold { get; } = TimeSpan.FromMinutes(5);

    private static readonly DurationRange Held = new(TimeSpan.Zero, TimeSpan.FromHours(24), Open: true);

    private IDrillEnvironment Environment => host.Environment;

    public async Task<ApiResponse> StartAsync(ApiCall call, CancellationToken cancellation)
    {
        var key = KeyOf(call);
        var (text, ending) = await call.ReadBodyAsync(cancellation);
        var asked = Digest(text);
        var keyed = key is null ? null : $"drill-{Digest(key)[..16]}";
        if (keyed is not null && await ReplayAsync(keyed, asked, cancellation) is { } replay)
        {
            return replay;
        }

        var (target, choice) = await ReadAsync(text, "request" + ending, cancellation);
        var now = Environment.Time.GetUtcNow();
        var id = keyed ?? string.Create(CultureInfo.InvariantCulture, $"{choice.Plan.Name}-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Digest(call.Request.Unique)[..8]}");
        var open = await Environment.OpenAsync(target, cancellation);
        var request = DrillRequest.Of(id, target, open.Definition, choice, host.Name) with
        {
            Asked = asked,
            RequestedAt = now,
        };
        var hold = await open.Target.HoldAsync(new(request.FirstHolder, host.Name, now + FirstHold), cancellation);
        if (hold.Owner != request.FirstHolder)
        {
            throw new ProblemException(Problem.Of(409, "target-held", $"\"{target}\" is held by drill {hold.Owner} on {hold.Host} until {hold.Until:u} at the latest") with { Holder = hold });
        }

        bool created;
        try
        {
            created = await Environment.Reports.TryCreateJsonAsync(id, ReportFiles.Request, request, cancellation);
        }
        catch
        {
            await open.Target.ReleaseAsync(request.FirstHolder, CancellationToken.None);
            throw;
        }

        if (!created)
        {
            return await ReplayAsync(id, asked, cancellation) ?? throw new InvalidOperationException($"{id} has a request, and then it has none");
        }

        // From here on the drill is to be: the caller going away does not stop it.
        await host.ScheduleAsync(request, CancellationToken.None);
        return Accepted(request);
    }

    private async Task<ApiResponse?> ReplayAsync(string id, string asked, CancellationToken cancellation)
    {
        if (await Environment.Reports.ReadJsonAsync<DrillRequest>(id, ReportFiles.Request, cancellation) is not { } first)
        {
            return null;
        }

        if (first.Asked != asked)
        {
            throw new ProblemException(Problem.Of(409, "idempotency-key-reused", $"this Idempotency-Key has started {id} with another body"));
        }

        await host.ScheduleAsync(first, CancellationToken.None);
        return Accepted(first).With("Idempotent-Replayed", "true");
    }

    private async Task<(string Target, PlanChoice Choice)> ReadAsync(string text, string source, CancellationToken cancellation)
    {
        var findings = new FindingList();
        if (DocumentText.Read(text, source, findings) is not { } map)
        {
            throw new ProblemException(Problem.Invalid(findings.Close<object>(null).Errors) with { Status = 400, Type = "urn:durabledrill:malformed-body", Title = "Malformed body" });
        }

        var fields = new Fields(map, "start", findings);
        var target = fields.RequiredText("target", "the name of a target");
        var definition = target.Length == 0 ? null : await FindTargetAsync(target, fields, cancellation);
        TimeSpan? hold = fields.Find("hold") is null ? null : fields.Duration("hold", TimeSpan.Zero, Held);
        var seed = CampaignReader.ReadSeed(fields);
        var plan = ReadPlan(fields, definition);
        fields.Done(key => key == "name" ? "a drill by name is \"drill\"" : null);
        var errors = findings.Close<object>(null).Errors.ToList();
        return errors.Count > 0 || plan is null
            ? throw new ProblemException(Problem.Invalid(errors))
            : (target, PlanChoice.Of(plan, definition!, hold, seed));
    }

    private async Task<TargetDefinition?> FindTargetAsync(string name, Fields fields, CancellationToken cancellation)
    {
        var targets = await host.ListTargetsAsync(cancellation);
        var found = targets.FirstOrDefault(target => target.Target == name);
        if (found is null)
        {
            fields.Findings.Error(fields.Find("target")!, KnownTargets.Unknown(name, targets));
            return null;
        }

        return found.State == TargetView.Up
            ? (await Environment.OpenAsync(name, cancellation)).Definition
            : throw new ProblemException(Problem.Of(409, "target-not-up", $"\"{name}\" is {found.State}: it cannot be drilled now"));
    }

    private static DrillPlan? ReadPlan(Fields fields, TargetDefinition? target)
    {
        var (drill, plan) = (fields.Text("drill", "the name of a drill"), fields.Find("plan"));
        if (plan is not null && drill is not null)
        {
            fields.Findings.Error(plan, "a drill by name, or a plan: not both");
        }
        else if (plan is not null)
        {
            return plan is MapNode map ? PlanReader.Read(map, target, fields.Findings) : Values.Wrong<DrillPlan?>(plan, fields.Findings, "a map", null);
        }
        else if (drill is null && fields.Find("drill") is null)
        {
            fields.Findings.Error(fields.PathOf("drill"), fields.Map.At, "is missing; the name of one of the target's drills, or a \"plan\", is expected");
        }
        else if (target is not null && drill is not null)
        {
            if (target.Drills.TryGetValue(drill, out var found))
            {
                return found;
            }

            fields.Findings.Error(fields.Find("drill")!, $"\"{target.Target}\" has no drill \"{drill}\"; {NearNames.Hint(drill, target.Drills.Keys)}");
        }

        return null;
    }

    private static ApiResponse Accepted(DrillRequest request)
    {
        var links = DrillRoutes.LinksOf(request.DrillId);
        return Answers.Json(202, new StartedDrill(request.DrillId, request.Plan.Name, request.Target, links)).With("Location", links["self"]);
    }

    private static string? KeyOf(ApiCall call) => call.Request.Header("Idempotency-Key") switch
    {
        null => null,
        { Length: > 0 and <= 255 } key => key,
        { } key => throw new ProblemException(Problem.Invalid("header.Idempotency-Key", $"found {key.Length} characters; 1 to 255 are expected")),
    };

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A drill that was accepted.</summary>
/// <param name="DrillId">Its id.</param>
/// <param name="DrillType">The plan's name.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Links">Where to look for it.</param>
public sealed record StartedDrill(string DrillId, string DrillType, string Target, IReadOnlyDictionary<string, string> Links);
