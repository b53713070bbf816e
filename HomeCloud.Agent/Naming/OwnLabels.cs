using HomeCloud.Agent.Servers;

namespace HomeCloud.Agent.Naming;

/// <summary>
/// Which of a container's labels are its own. A container has its image's labels too, and <c>docker commit</c> puts a container's
/// labels into an image: without this a copy would answer for the names of the original and end with it. Pure.
/// </summary>
internal static class OwnLabels
{
    private const string Prefix = "homecloud.";

    /// <summary>Whether it says what the software does, and not who the container is: that an image may hand on.</summary>
    public static bool Describes(string label) =>
        label is HomeCloudLabels.Services or HomeCloudLabels.Ttl or Labels.Ports || label.StartsWith(HomeCloudLabels.ServicePrefix, StringComparison.Ordinal);

    /// <summary>Whether there is anything to look into.</summary>
    public static bool Concerns(IDictionary<string, string>? labels) => labels?.Keys.Any(label => label.StartsWith(Prefix, StringComparison.Ordinal)) == true;

    /// <param name="labels">As the engine tells them: those of the image and the container's own together.</param>
    /// <param name="image">Those of the image; null when it cannot be asked any more. Then nobody can know, so nothing may end the container.</param>
    public static Dictionary<string, string> Of(IDictionary<string, string> labels, IReadOnlyDictionary<string, string?>? image)
    {
        // Each server that we make has another value here, and names all that its image would hand on. Anybody can set that
        // label, so it never makes an image's expiry count: what we write there is never what the image says.
        var ours = labels.ContainsKey(Labels.Server) && !Inherited(Labels.Server);
        return labels.Where(label => !label.Key.StartsWith(Prefix, StringComparison.Ordinal) || IsOwn(label)).ToDictionary();

        bool IsOwn(KeyValuePair<string, string> label) => image is null
            ? label.Key != Labels.Expires
            : !string.IsNullOrEmpty(label.Value) && ((ours && label.Key != Labels.Expires) || Describes(label.Key) || !Inherited(label.Key));

        bool Inherited(string key) => image?.TryGetValue(key, out var value) == true && value == labels[key];
    }
}
