using System.Globalization;
using System.Net;
using HomeCloud.Lab;

namespace HomeCloud.Tests.Lab.Chaos;

/// <summary>The containers of a home with several servers, and all that people do to them, drawn from a seed.</summary>
internal sealed class ChaosHome(HomeLab lab, Random random, Action<string> log)
{
    private const int MostContainers = 6;
    private const int MostReplicas = 4;

    private readonly List<string>[] _containers = [.. lab.Servers.Select(_ => new List<string>())];
    private readonly List<string>[] _projects = [.. lab.Servers.Select(_ => new List<string>())];
    private readonly HashSet<string> _disconnected = [];
    private int _made;

    /// <summary>Every name that ever was.</summary>
    public HashSet<string> Names { get; } = [];

    /// <summary>Every address that a container ever had.</summary>
    public HashSet<IPAddress> Addresses { get; } = [];

    public static string Steady(LabServer server) => string.Create(CultureInfo.InvariantCulture, $"steady{server.Index}");

    /// <summary>One container on each server that nobody touches.</summary>
    public Task StartSteadyAsync() => Task.WhenAll(lab.Servers.Select(server => server.Engine.RunBoxAsync(Steady(server), "--restart", "always")));

    /// <summary>Draws one thing that people do, on any server whose engine is there. Those of one server are to be done in the order of drawing.</summary>
    public (LabServer Server, Func<Task> DoAsync) Draw(Func<LabServer, bool> hasEngine)
    {
        var server = lab.Servers.Where(hasEngine).ElementAt(random.Next(lab.Servers.Count(hasEngine)));
        return (server, Draw(server, _containers[server.Index]));
    }

    private Func<Task> Draw(LabServer server, List<string> mine)
    {
        if (mine.Count < 2)
            return Run(server, "");

        var one = mine[random.Next(mine.Count)];
        switch (random.Next(mine.Count > MostContainers ? 9 : 11))
        {
            case 0:
                return Docker(server, "stop", "--time", "0", one);
            case 1:
                return Docker(server, "start", one);
            case 3:
                var another = NewName(server, "r");
                mine[mine.IndexOf(one)] = another;
                if (_disconnected.Remove(one))
                    _disconnected.Add(another);
                return Docker(server, "rename", one, another);
            case 4 when _disconnected.Remove(one):
                return Docker(server, "network", "connect", "lan", one);
            case 4 or 5 when _disconnected.Add(one):
                return Docker(server, "network", "disconnect", "lan", one);
            case 6 or 7:
                return Remove(server, one);
            case 8 when _projects[server.Index] is { Count: > 0 } projects:
                var scaled = projects[random.Next(projects.Count)];
                var now = Replicas(server, scaled).Length;
                return Scale(server, scaled, mine.Count > MostContainers ? now / 2 : (now + random.Next(1, MostReplicas + 1)) % (MostReplicas + 1));
            case 2 or 8:
                return Docker(server, "restart", "--time", "0", one);
            case 9:
                // The project alone is no name, but there is one below it (RFC 8020), so it is not asked for.
                var project = string.Create(CultureInfo.InvariantCulture, $"p{++_made}-{server.Index}");
                Names.Add("web." + project);
                _projects[server.Index].Add(project);
                return Scale(server, project, 2);
            default:
                return Run(server, "");
        }
    }

    /// <summary>Makes replicas of a service, or removes the youngest, as <c>docker compose up --scale</c> does.</summary>
    private Func<Task> Scale(LabServer server, string project, int replicas)
    {
        var now = Replicas(server, project);
        Func<Task>[] steps =
        [
            .. now.Skip(replicas).Select(replica => Remove(server, replica)),
            .. Enumerable.Range(now.Length + 1, Math.Max(0, replicas - now.Length)).Select(number => Run(
                server, project, "--label", $"com.docker.compose.project={project}", "--label", "com.docker.compose.service=web", "--label", $"com.docker.compose.container-number={number}")),
        ];
        return async () =>
        {
            log($"{server.Machine.Name}: web of {project} scales from {now.Length} to {replicas}");
            foreach (var step in steps)
                await step();
        };
    }

    // One that was given another name belongs to the service on, but is no longer scaled away.
    private string[] Replicas(LabServer server, string project) =>
        [.. _containers[server.Index].Where(name => name.StartsWith(project + "c", StringComparison.Ordinal))];

    private Func<Task> Remove(LabServer server, string name)
    {
        _containers[server.Index].Remove(name);
        _disconnected.Remove(name);
        return Docker(server, "rm", "--force", name);
    }

    private Func<Task> Run(LabServer server, string kind, params string[] options)
    {
        var name = NewName(server, kind + "c");
        _containers[server.Index].Add(name);
        return () =>
        {
            log($"{server.Machine.Name}: docker run {name} {string.Join(' ', options)}");
            return server.Engine.RunBoxAsync(name, options);
        };
    }

    private string NewName(LabServer server, string kind)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{kind}{++_made}-{server.Index}");
        Names.Add(name);
        return name;
    }

    private Func<Task> Docker(LabServer server, params string[] arguments) => () =>
    {
        log($"{server.Machine.Name}: docker {string.Join(' ', arguments)}");
        return server.Engine.DockerAsync(arguments);
    };
}
