using System.Net;

namespace HomeCloud.Bench.Systems;

/// <param name="anchor">The DS record of the root that answers are validated from, as key tag, algorithm, digest type and digest; null validates nothing.</param>
internal sealed class BindSystem(string? anchor = null) : ISystem
{
    public string Name => "bind";

    public string Program => "named";

    public string VersionArgument => "-v";

    public SystemCommand? Configure(Role role, string directory, IPEndPoint listen, string? names, IPEndPoint? upstream)
    {
        var file = Path.Combine(directory, "named.conf");
        var forward = upstream is null
            ? "recursion no;"
            : $"recursion yes; allow-recursion {{ any; }}; forward only; forwarders {{ {upstream.Address} port {upstream.Port}; }}; dnssec-validation {(anchor is null ? "no" : "yes")};";
        var words = anchor?.Split(' ');
        var trust = words is null ? "" : $"trust-anchors {{ . static-ds {words[0]} {words[1]} {words[2]} \"{words[3]}\"; }};";
        var zone = names is null ? "" : $"zone \"home\" {{ type primary; file \"{names}/{ZoneFiles.MasterFile}\"; }};";
        File.WriteAllText(file, $$"""
            options {
              directory "{{directory}}";
              pid-file none;
              session-keyfile none;
              listen-on port {{listen.Port}} { {{listen.Address}}; };
              listen-on-v6 { none; };
              minimal-responses yes;
              notify no;
              {{forward}}
            };
            controls { };
            {{trust}}
            {{zone}}
            """ + "\n");
        return new SystemCommand(Program, "-g", "-n", "1", "-c", file);
    }
}
