namespace HomeCloud.Cli.Commands.Lab;

/// <param name="Name">Of a machine in a lab.</param>
/// <param name="Pid">The process that holds its namespaces; 0 while it is off.</param>
internal sealed record MachineInfo(string Name, int Pid)
{
    public override string ToString() => Pid == 0 ? $"{Name} (off)" : Name;
}
