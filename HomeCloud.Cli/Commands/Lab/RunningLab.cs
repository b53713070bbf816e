using System.CommandLine;
using HomeCloud.Lab;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>Picks the lab that a command means: the named one, or the only one.</summary>
internal sealed class RunningLab
{
    private readonly Option<string?> _name = new("--name", "-n") { Description = "Name of the lab; not needed if only one is up." };

    public void AddTo(Command command) => command.Add(_name);

    /// <exception cref="LabException">There is no such lab, or it is not clear which.</exception>
    public HomeLab Read(ParseResult parse)
    {
        Requirements.Check();
        if (parse.GetValue(_name) is { } name)
            return HomeLab.Attach(name);
        return LabRemains.Living() switch
        {
            [var only] => HomeLab.Attach(only),
            [] => throw new LabException("No lab is up; create one: homecloud lab up"),
            var several => throw new LabException($"Several labs are up ({string.Join(", ", several)}); choose one: --name {several[0]}"),
        };
    }
}
