using HomeCloud.Lab.Setting;

namespace HomeCloud.Lab.Processes;

/// <summary>Finds our own programs, built from source or installed together.</summary>
public static class Executables
{
    public static string Cli => Find("homecloud", "HomeCloud.Cli");

    public static string Agent => Find("homecloud-agent", "HomeCloud.Agent");

    public static string Dns => Find("homecloud-dns", "HomeCloud.Dns");

    /// <param name="folder">A clone that is built, or a folder with its programs; null for this build.</param>
    public static string AgentOf(string? folder) => folder is null ? Agent : Find(folder, "homecloud-agent", "HomeCloud.Agent");

    /// <inheritdoc cref="AgentOf"/>
    public static string DnsOf(string? folder) => folder is null ? Dns : Find(folder, "homecloud-dns", "HomeCloud.Dns");

    private static string Find(string folder, string name, string project)
    {
        string[] places = [Path.Combine(folder, name), Path.Combine(folder, "artifacts", "bin", project, "release", name)];
        return places.Select(Path.GetFullPath).FirstOrDefault(File.Exists)
            ?? throw new LabException($"{name} was not found at {places[0]} or {places[1]}; build it there: dotnet build {project} -c Release");
    }

    private static string Find(string name, string project)
    {
        if (LabPaths.OurPrograms is { } given)
            return Find(given, name, project);

        // artifacts/bin/<project>/<configuration>/ as the SDK lays it out, then one directory for all.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(own.FullName, "..", "..", project, own.Name, name);
        var together = Path.Combine(own.FullName, name);
        if (File.Exists(built))
            return Path.GetFullPath(built);
        return File.Exists(together)
            ? together
            : throw new LabException($"{name} was not found at {Path.GetFullPath(built)} or {together}; build it: dotnet build {project}");
    }
}
