using HomeCloud.Lab.Processes;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Install;

/// <summary>install/publish, by the command that docs/install.md gives.</summary>
internal static class Publishing
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <param name="rid">For which processor.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="programs">Which; all when none is named.</param>
    public static async Task<CommandResult> RunAsync(string rid, string folder, params string[] programs) =>
        (await Command.RunAsync([Path.Combine(Documents.Root(), Documents.Command("docs/install.md", "install/publish")), rid, folder, .. programs], timeout: Limit)).OrFail();
}
