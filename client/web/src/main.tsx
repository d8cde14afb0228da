import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { createData } from './data';
import './styles/base.css';
import './styles/kit.css';
import './styles/pages.css';
import './styles/print.css';

createRoot(document.getElementById('app')!).render(
	<StrictMode>
		<App data={createData(window.fetch.bind(window))} />
	</StrictMode>,
);
