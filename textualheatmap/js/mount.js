textualheatmap["4"].mount(textualheatmap_state, cb_context.index).attach();
