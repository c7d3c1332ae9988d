using System.Reflection;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Workflows;
using Microsoft.Azure.Functions.Worker;

namespace DurableDrill.Functions.Tests;

public sealed class FunctionNamesTests
{
    [Fact]
    public void EachStepAndEachWorkflow_HasTheFunctionOfItsName()
    {
        // The bodies are not run, so that nothing is asked of the environment.
        var catalog = new WorkflowCatalog().AddDrills(null!).AddCampaigns(null!);

        Assert.Equal(catalog.Steps.Order(), NamesOf<ActivityTriggerAttribute>().Order());
        Assert.Equal(catalog.Workflows.Order(), NamesOf<OrchestrationTriggerAttribute>().Order());
    }

    [Fact]
    public void EveryRouteButHealth_NeedsAKey()
    {
        var levels = Functions().Select(function => function.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>())
            .OfType<HttpTriggerAttribute>().ToDictionary(trigger => trigger.Route!, trigger => trigger.AuthLevel);

        Assert.Equal(new Dictionary<string, AuthorizationLevel> { ["health"] = AuthorizationLevel.Anonymous, ["{*path}"] = AuthorizationLevel.Function }, levels);
    }

    private static IEnumerable<string> NamesOf<TTrigger>()
        where TTrigger : Attribute =>
        Functions().Where(function => function.GetParameters().Any(parameter => parameter.GetCustomAttribute<TTrigger>() is not null))
            .Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name);

    private static IEnumerable<MethodInfo> Functions() => typeof(StepActivities).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
        .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null);
}
