using HomeCloud.Lab.Engine;
using HomeCloud.Lab.Processes;
using HomeCloud.Lab.Setting;

namespace HomeCloud.Tests.Registry.Redis;

/// <summary>
/// Which redis-server the tests run: this machine's, or what HOMECLOUD_TEST_REDIS names, <c>redis-8</c> or <c>valkey-9</c>, unpacked
/// into the lab's cache (<c>./test engines</c>).
/// </summary>
internal static class RedisPrograms
{
    private const string Variable = "HOMECLOUD_TEST_REDIS";

    private static readonly Lazy<Task<string?>> Folder = new(PrepareAsync);

    /// <returns>The program to start for <c>redis-server</c> or <c>redis-cli</c>.</returns>
    public static async Task<string> PathAsync(string program) => await Folder.Value is { } folder ? Path.Combine(folder, program) : program;

    private static async Task<string?> PrepareAsync()
    {
        var name = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(name))
            return null;
        if (name is not ("redis-8" or "valkey-9"))
            throw new InvalidOperationException($"{Variable}={name} is neither redis-8 nor valkey-9.");

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        await EngineTree.Redis.EnsureAsync(SilentProgress.Instance, limit.Token);
        var folder = Directory.CreateTempSubdirectory("homecloud-redis-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (var program in new[] { "server", "cli" })
        {
            var path = Path.Combine(folder, "redis-" + program);
            await File.WriteAllTextAsync(path, EngineTree.Redis.Wrapper($"{name.Split('-')[0]}-{program}"));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var version = (await Command.RunAsync([Path.Combine(folder, "redis-server"), "--version"])).OrFail().Output;
        version.Should().Contain("v=" + name.Split('-')[1] + ".", "{0} was asked for", name);
        return folder;
    }
}
