using HomeCloud.Lab;
using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Network;

namespace HomeCloud.Cli.Commands.Lab;

/// <summary>Where things are in a lab, for scripts.</summary>
internal static class LabVariables
{
    /// <summary>Lines for a shell's <c>eval</c>, or one JSON object.</summary>
    public static void Write(HomeLab lab, bool json)
    {
        if (json)
        {
            Show.Json(Describe(lab).ToDictionary(variable => variable.Name, variable => variable.Value));
            return;
        }

        foreach (var (name, value) in Describe(lab))
            Console.WriteLine($"export {name}={value}");
        if (lab.Server.Engine.Choice.Suite is not null)
            Console.WriteLine($"export PATH={lab.Paths.Tools}:$PATH");
    }

    private static IEnumerable<(string Name, string Value)> Describe(HomeLab lab)
    {
        yield return ("DOCKER_HOST", lab.Server.Engine.Endpoint);
        yield return ("HOMECLOUD_CONTROL_SOCKET", lab.Paths.ControlSocket(lab.Server.Machine.Name));
        yield return ("LAB_ENGINE", lab.Options.Engine);
        yield return ("LAB_DOCKER", lab.Server.Engine.Docker);
        yield return ("LAB_NAME", lab.Options.Id);
        yield return ("LAB_STATE", lab.Paths.State);
        yield return ("LAB_NETWORK", Lan.DockerNetwork);
        yield return ("LAB_IMAGE", BoxImage.Name);
        yield return ("LAB_SSH_KEY", BoxImage.KeyPath);
        yield return ("LAB_ROUTER", Lan.Router4);
        yield return ("LAB_LAPTOP", Lan.Laptop4);
        yield return ("LAB_UPSTREAM", Lan.Upstream4);
        for (var i = 0; i < lab.Servers.Count; i++)
        {
            var prefix = "LAB_" + Lan.Server(i).ToUpperInvariant();
            yield return (prefix, Lan.Server4(i));
            yield return (prefix + "_DOCKER_HOST", lab.Servers[i].Engine.Endpoint);
            yield return (prefix + "_PID", $"{lab.Servers[i].Machine.Pid}");
        }
    }
}
