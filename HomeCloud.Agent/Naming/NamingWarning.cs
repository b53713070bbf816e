namespace HomeCloud.Agent.Naming;

/// <summary>Something about a container's names that its owner should know.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Text">A sentence that names label and value.</param>
public sealed record NamingWarning(string Container, string Text)
{
    public override string ToString() => $"Container {Container}: {Text}";
}
