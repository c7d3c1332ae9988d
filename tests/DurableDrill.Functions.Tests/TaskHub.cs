using System.Text.Json;
using DurableDrill.Workflows;
using DurableTask.AzureStorage;
using DurableTask.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableDrill.Functions.Tests;

/// <summary>
/// A task hub of Durable Functions' Azure Storage provider, in Azurite, with the SDK's own orchestration context over it: what the platform runs,
/// without its host. Workflows and steps come from a catalog.
/// </summary>
internal sealed class TaskHub : IAsyncDisposable
{
    private readonly AzureStorageOrchestrationService service;
    private readonly TaskHubWorker worker;

    private TaskHub(string connection, string name, WorkflowCatalog catalog, IReadOnlyList<IRegistered> workflows)
    {
        var settings = new AzureStorageOrchestrationServiceSettings
        {
            TaskHubName = name,
            StorageAccountClientProvider = new(connection),
            PartitionCount = 1,
            MaxQueuePollingInterval = TimeSpan.FromMilliseconds(100),
            WorkerId = Guid.NewGuid().ToString("N"),
        };
        service = new(settings);
        worker = new(service) { ErrorPropagationMode = ErrorPropagationMode.UseFailureDetails };
        foreach (var workflow in workflows)
        {
            worker.AddTaskOrchestrations(new Made<TaskOrchestration>(workflow.Name, () => DurableTaskShimFactory.Default.CreateOrchestration(workflow.Name, workflow)));
        }

        var steps = new StepRunner(catalog, NullLogger<StepRunner>.Instance);
        foreach (var step in catalog.Steps)
        {
            worker.AddTaskActivities(new Made<TaskActivity>(step, () => DurableTaskShimFactory.Default.CreateActivity(step, new StepActivity(step, steps))));
        }

        Client = new(service, new RawJson());
    }

    public TaskHubClient Client { get; }

    /// <summary>Joins the hub, made if need be, as one more worker.</summary>
    public static async Task<TaskHub> JoinAsync(string connection, string name, WorkflowCatalog catalog, IReadOnlyList<IRegistered> workflows)
    {
        var hub = new TaskHub(connection, name, catalog, workflows);
        await hub.service.CreateIfNotExistsAsync();
        await hub.worker.StartAsync();
        return hub;
    }

    public static IRegistered Register<TIn, TOut>(Workflow<TIn, TOut> workflow) => new Registered<TIn, TOut>(workflow);

    /// <summary>As <see cref="Instances"/> does: the platform would replace an instance that has ended.</summary>
    public async Task StartAsync<TIn, TOut>(Workflow<TIn, TOut> workflow, string id, TIn input)
    {
        if (await FindAsync(id) is not null)
        {
            throw new InvalidOperationException($"There is an instance {id}.");
        }

        await Client.CreateOrchestrationInstanceAsync(workflow.Name, "", id, WorkflowInput.Of(workflow, null, input));
    }

    public async Task<OrchestrationState?> FindAsync(string id) => await Client.GetOrchestrationStateAsync(id);

    public Task SignalAsync(string id, string name, object? payload) =>
        Client.RaiseEventAsync(new OrchestrationInstance { InstanceId = id }, name, DrillJson.ToElement(payload));

    public async ValueTask DisposeAsync() => await worker.StopAsync(isForced: true);

    /// <summary>A workflow as the SDK's context runs it.</summary>
    internal interface IRegistered : ITaskOrchestrator
    {
        string Name { get; }
    }

    private sealed class Registered<TIn, TOut>(Workflow<TIn, TOut> workflow) : IRegistered
    {
        public string Name => workflow.Name;

        public Type InputType => typeof(JsonElement);

        public Type OutputType => typeof(JsonElement);

        public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input) => await DurableContext.RunAsync(context, workflow);
    }

    private sealed class StepActivity(string step, StepRunner steps) : ITaskActivity
    {
        public Type InputType => typeof(JsonElement);

        public Type OutputType => typeof(JsonElement);

        public async Task<object?> RunAsync(TaskActivityContext context, object? input) => await steps.RunAsync(step, (JsonElement)input!, default);
    }

    private sealed class Made<T> : ObjectCreator<T>
    {
        private readonly Func<T> make;

        public Made(string name, Func<T> make)
        {
            (Name, Version) = (name, "");
            this.make = make;
        }

        public override T Create() => make();
    }

    /// <summary>JSON as it is.</summary>
    private sealed class RawJson : DurableTask.Core.Serializing.DataConverter
    {
        public override string Serialize(object value) => ((JsonElement)value).GetRawText();

        public override string Serialize(object value, bool formatted) => Serialize(value);

        public override object? Deserialize(string data, Type objectType) => JsonSerializer.Deserialize(data, objectType, DrillJson.Options);
    }
}
