using DurableDrill.Targets;

namespace DurableDrill.Azure;

/// <summary>Where a component is: <c>container: GROUP</c> or <c>container: GROUP/CONTAINER</c>. A fault always hits the whole group.</summary>
/// <param name="Group">The container group.</param>
/// <param name="Container">One of its containers; null: all of them.</param>
internal sealed record GroupName(string Group, string? Container)
{
    public static GroupName Of(ComponentDefinition component) =>
        component.Container!.Split('/', 2) is [var group, var container] ? new(group, container) : new(component.Container, null);
}
