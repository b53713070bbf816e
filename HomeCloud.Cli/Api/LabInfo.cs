namespace HomeCloud.Cli.Api;

/// <param name="Name">Of the lab.</param>
/// <param name="State"><c>up</c>, <c>starting or ending</c>, or <c>dead</c>: its processes were killed, and something of it is left.</param>
/// <param name="Shape"><c>embedded</c>, <c>redis</c> or <c>bare</c>, where it can be known.</param>
/// <param name="Engine">The servers' engine and its version, where it can be known.</param>
/// <param name="Machines">None unless it is up.</param>
internal sealed record LabInfo(string Name, string State, string? Shape, string? Engine, IReadOnlyList<MachineInfo> Machines)
{
    public override string ToString() => State switch
    {
        "up" => $"{Name}: {Shape}, {Engine}; {string.Join(", ", Machines)}",
        "dead" => $"{Name}: dead; `homecloud lab down` removes its remains",
        _ => $"{Name}: {State}",
    };
}

/// <param name="Name">Of a machine in a lab.</param>
/// <param name="Pid">The process that holds its namespaces; 0 while it is off.</param>
internal sealed record MachineInfo(string Name, int Pid)
{
    public override string ToString() => Pid == 0 ? $"{Name} (off)" : Name;
}

/// <param name="Title">What was done.</param>
/// <param name="Passed">Whether it came out right.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Said">What came out, or what was wrong.</param>
internal sealed record CheckedStep(string Title, bool Passed, double Seconds, string Said);
