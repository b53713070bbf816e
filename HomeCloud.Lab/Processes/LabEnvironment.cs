using System.Runtime.InteropServices;

namespace HomeCloud.Lab.Processes;

/// <summary>What programs of the lab find in their environment: nothing that points them out of the lab.</summary>
internal static class LabEnvironment
{
    public static void Apply(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsForeign).ToList())
            environment.Remove(name);

        // Root's path on Debian after `su` lacks the sbin directories, where half of our programs live.
        environment.TryGetValue("PATH", out var path);
        environment["PATH"] = path + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";

        // Killed processes of .NET would leave the sockets and pipes for debuggers in this machine's /tmp.
        environment["DOTNET_EnableDiagnostics"] = "0";

        // Our executables find the runtime that runs us, wherever it is installed.
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        if (runtime.Parent?.Parent?.Parent is { } root && File.Exists(Path.Combine(root.FullName, "dotnet")))
            environment["DOTNET_ROOT"] = root.FullName;
    }

    private static bool IsForeign(string name) =>
        name.StartsWith("HOMECLOUD_", StringComparison.Ordinal)
        || name is "DOCKER_HOST" or "DOCKER_CONTEXT" or "DOCKER_TLS_VERIFY" or "DOCKER_CERT_PATH";
}
