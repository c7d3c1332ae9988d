using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>The order in which components are started and stopped.</summary>
internal static class StartOrder
{
    /// <summary>Every component after those that it names in <c>after</c>.</summary>
    /// <exception cref="TargetException">They wait for each other, or for one that is not there.</exception>
    public static IReadOnlyList<string> Of(TargetDefinition definition)
    {
        var order = new List<string>();
        while (order.Count < definition.Components.Count)
        {
            var ready = definition.Components
                .Where(component => !order.Contains(component.Key) && component.Value.After.All(order.Contains))
                .Select(component => component.Key).ToList();
            if (ready.Count == 0)
            {
                var waiting = definition.Components.Where(component => !order.Contains(component.Key))
                    .Select(component => $"{component.Key} (after {string.Join(", ", component.Value.After)})");
                throw new TargetException($"These components wait for each other, or for one that is not there: {string.Join("; ", waiting)}.");
            }

            order.AddRange(ready);
        }

        return order;
    }

    /// <summary>Does something with every component, each as soon as those before it are done; the first failure ends the others.</summary>
    public static async Task RunAsync(
        TargetDefinition definition, bool reverse, Func<string, CancellationToken, Task> act, CancellationToken cancellation)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var order = Of(definition);
        var tasks = new Dictionary<string, Task>();
        foreach (var component in reverse ? order.Reverse() : order)
        {
            var before = reverse
                ? definition.Components.Where(other => other.Value.After.Contains(component)).Select(other => other.Key)
                : definition.Components[component].After;
            tasks.Add(component, ActAsync(component, [.. before.Select(name => tasks[name])]));
        }

        try
        {
            await Task.WhenAll(tasks.Values);
        }
        catch
        {
            // The first reason is the one to tell; the others were only called off.
            var reason = tasks.Values.Where(task => task.IsFaulted).Select(task => task.Exception!.InnerException!).FirstOrDefault();
            throw reason ?? new OperationCanceledException(cancellation);
        }

        async Task ActAsync(string component, IReadOnlyList<Task> before)
        {
            try
            {
                await Task.WhenAll(before);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new OperationCanceledException($"{component} was not reached.", error);
            }

            try
            {
                await act(component, all.Token);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                await all.CancelAsync();
                throw;
            }
        }
    }
}
