using System.CommandLine;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>The options of every command that makes a lab.</summary>
internal sealed class LabOptionSet
{
    private readonly Option<string?> _name = new("--name", "-n") { Description = "Name of the lab, to run several; default: random." };
    private readonly Option<bool> _redis = new("--redis") { Description = "Use Redis between the agent and a separate DNS server." };
    private readonly Option<bool> _bare = new("--bare") { Description = "Machines and engines only, without HomeCloud." };
    private readonly Option<int> _servers = new("--servers") { Description = $"Number of servers, up to {LabOptions.MostServers}; more than one needs --redis.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _engine = new("--engine")
    {
        Description = $"The servers' engine: {string.Join(", ", EngineChoice.All.Select(engine => engine.Name))}. Engines of other Debian releases are unpacked into the lab's cache once.",
        DefaultValueFactory = _ => EngineChoice.Own.Name,
    };

    public LabOptionSet() => _engine.AcceptOnlyFromAmong([.. EngineChoice.All.Select(engine => engine.Name)]);

    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_redis);
        command.Add(_bare);
        command.Add(_servers);
        command.Add(_engine);
    }

    public LabOptions Read(ParseResult parse)
    {
        var options = new LabOptions
        {
            Servers = parse.GetValue(_servers),
            Shape = parse.GetValue(_bare) ? LabShape.Bare : parse.GetValue(_redis) ? LabShape.Redis : LabShape.Embedded,
            Engine = parse.GetRequiredValue(_engine),
        };
        if (parse.GetValue(_name) is { } name)
            options.Id = name;
        return options;
    }
}
