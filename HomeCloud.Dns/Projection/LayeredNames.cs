using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Projection;

/// <summary>
/// The zones' names, with what zone files say over what the registry says. Where a name is (addresses, or an alias) comes from
/// the winner of the name; an RRset of another type stands in the file or else in the registry. Names without a file's records pass
/// straight through.
/// </summary>
/// <example>
/// <code>
/// registry                  file                    published
/// nas A, TXT                nas MX                  A, TXT of the registry, MX of the file
/// nas A, TXT  (wins)        nas A, MX               A, TXT of the registry, MX of the file
/// nas A, TXT                nas A, MX  (wins)       A, MX of the file
/// nas CNAME   (wins)        nas MX                  CNAME                    (nothing stands beside an alias)
/// </code>
/// </example>
internal sealed class LayeredNames(NameTable names)
{
    private readonly Dictionary<byte[], Layers> _layers = new(NameComparer.Instance);
    private readonly RecordSetBuilder _builder = new();

    /// <summary>What the registry says of a name.</summary>
    /// <param name="relative">The name.</param>
    /// <param name="content">Rendered; nothing where the file itself has won the name.</param>
    /// <param name="isOfFile">Whether it has.</param>
    public void Set(ReadOnlySpan<byte> relative, in NodeContent content, bool isOfFile = false)
    {
        if (_layers.Count == 0 || !_layers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(relative, out var layers))
        {
            names.Set(relative, content);
            return;
        }

        layers.Registry = isOfFile ? null : Copy(content);
        Publish(relative, layers);
    }

    /// <summary>The registry says nothing of a name any more.</summary>
    public void Remove(ReadOnlySpan<byte> relative)
    {
        if (_layers.Count == 0 || !_layers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(relative, out var layers))
        {
            names.Remove(relative);
            return;
        }

        layers.Registry = null;
        Publish(relative, layers);
    }

    /// <summary>Takes what the files say now in place of what they said.</summary>
    /// <returns>Whether anything is different.</returns>
    public bool Replace(IReadOnlyDictionary<byte[], FileName> files)
    {
        var changed = false;
        foreach (var (name, file) in files)
        {
            if (_layers.TryGetValue(name, out var layers))
            {
                if (layers.File.SaysAs(file))
                    continue;
                layers.File = file;
            }
            else
            {
                _layers[name] = layers = new Layers(file) { Registry = Published(name) };
            }

            Publish(name, layers);
            changed = true;
        }

        foreach (var (name, layers) in _layers.Where(layer => !files.ContainsKey(layer.Key)).ToList())
        {
            _layers.Remove(name);
            if (layers.Registry is { } registry)
                names.Set(name, registry);
            else
                names.Remove(name);
            changed = true;
        }

        return changed;
    }

    private void Publish(ReadOnlySpan<byte> relative, Layers layers)
    {
        var under = layers.Registry ?? BuiltIn(relative, layers.File);
        if (under is null)
        {
            names.Set(relative, new NodeContent(layers.File.RecordSets, default, NodeKind.Name));
            return;
        }

        if (RecordSets.TryFind(under.Value.RecordSets.Span, RecordType.Cname, out _))
        {
            names.Set(relative, under.Value);
            return;
        }

        _builder.Clear();
        var rest = under.Value.RecordSets.Span;
        while (RecordSets.TryTake(ref rest, out var set))
        {
            if (ZoneFileRules.IsWhere(set.Type) || !layers.File.Has(set.Type))
                _builder.Add(set);
        }

        rest = layers.File.RecordSets.Span;
        while (RecordSets.TryTake(ref rest, out var set))
        {
            if (!ZoneFileRules.IsWhere(set.Type))
                _builder.Add(set);
        }

        names.Set(relative, under.Value with { RecordSets = _builder.Content });
    }

    // A file that says where such a name is replaces what is built in, as a container or static name of that name does.
    private NodeContent? BuiltIn(ReadOnlySpan<byte> relative, FileName file) =>
        !file.HasWhere && names.TryGetBuiltIn(relative, out var content) ? content : null;

    private NodeContent? Published(ReadOnlySpan<byte> relative) => names.TryGet(relative, out var node) && node.Kind is NodeKind.Name or NodeKind.Sleeping
        ? new NodeContent(node.Packed.ToArray(), node.Explanation.Octets.ToArray(), node.Kind)
        : null;

    private static NodeContent Copy(in NodeContent content) => new(content.RecordSets.ToArray(), content.Explanation.ToArray(), content.Kind);

    private sealed class Layers(FileName file)
    {
        public FileName File { get; set; } = file;

        /// <summary>Null where the file has the name for itself.</summary>
        public NodeContent? Registry { get; set; }
    }
}
